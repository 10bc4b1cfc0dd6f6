import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {returnPage} from './address.js';
import {overview, Refused} from './api.js';

/** In the order's menu, where something can come back or is on its way. Where the app does not answer the item is there
 * all the same: the page says what is wrong better than an item that is missing. */
export default async function menuItem() {
  let label = 'menu.start';
  try {
    const known = await overview(shopify.orderId);
    if (!known.can_start && !known.returns.length) return;
    if (!known.can_start) label = 'menu.follow';
  } catch (failure) {
    if (failure instanceof Refused) return;
  }
  render(<s-button href={returnPage(shopify.orderId)}>{shopify.i18n.translate(label)}</s-button>, document.body);
}

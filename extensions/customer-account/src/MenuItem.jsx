import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {returnPage} from './address.js';
import {overview, Refused} from './api.js';

/** In the order's menu, where something can come back or is on its way; the right of withdrawal where it is all that
 * is left, as in a shop whose portal is closed. Where the app does not answer the item is there
 * all the same: the page says what is wrong better than an item that is missing. */
export default async function menuItem() {
  let label = 'menu.start';
  let withdraw = null;
  try {
    const known = await overview(shopify.orderId);
    if (!known.can_start && !known.returns.length && !known.withdraw) return;
    if (!known.can_start && !known.returns.length) withdraw = known.withdraw;
    if (!known.can_start) label = 'menu.follow';
  } catch (failure) {
    if (failure instanceof Refused) return;
  }
  const [address, words] = withdraw
    ? [withdraw.url, withdraw.label]
    : [returnPage(shopify.orderId), shopify.i18n.translate(label)];
  render(<s-button href={address}>{words}</s-button>, document.body);
}

import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {returnPage} from './address.js';
import {returnsOf} from './api.js';

/** On the order's page: its returns and how they stand. Nothing where there are none. */
export default async function orderReturns() {
  const order = shopify.order.value;
  const returns = order ? await returnsOf(order.id) : [];
  if (!order || !returns.length) return;
  render(
    <s-section heading={shopify.i18n.translate('block.heading')}>
      <s-stack gap="base">
        {returns.map((each) => (
          <s-grid key={each.at} gridTemplateColumns="1fr auto" gap="base">
            <s-text type="strong">{each.rma}</s-text>
            <s-text color="subdued">{each.title}</s-text>
          </s-grid>
        ))}
        <s-link href={returnPage(order.id)}>{shopify.i18n.translate('block.open')}</s-link>
      </s-stack>
    </s-section>,
    document.body,
  );
}

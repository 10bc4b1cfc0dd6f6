import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {returnPage} from './address.js';
import {overviewIfAny} from './api.js';

/** On the order's page: its returns and how they stand, and the right of withdrawal while there is one. Nothing where
 * there is neither. */
export default async function orderReturns() {
  const order = shopify.order.value;
  const known = order ? await overviewIfAny(order.id) : null;
  if (!order || !known || (!known.returns.length && !known.withdraw)) return;
  render(
    <s-section heading={shopify.i18n.translate('block.heading')}>
      <s-stack gap="base">
        {known.returns.map((each) => (
          <s-grid key={each.at} gridTemplateColumns="1fr auto" gap="base">
            <s-text type="strong">{each.rma}</s-text>
            <s-text color="subdued">{each.title}</s-text>
          </s-grid>
        ))}
        {known.returns.length > 0 && (
          <s-link href={returnPage(order.id)}>{shopify.i18n.translate('block.open')}</s-link>
        )}
        {known.withdraw && (
          <s-link href={known.withdraw.url} target="_blank">
            {known.withdraw.label}
          </s-link>
        )}
      </s-stack>
    </s-section>,
    document.body,
  );
}

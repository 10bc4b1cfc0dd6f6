import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {returnPage} from './address.js';
import {overviewIfAny} from './api.js';

/** On the order's page: its returns and how they stand, and the right of withdrawal while there is one. Nothing where
 * there is neither; no heading above the right alone, which is no return and says what it is. */
export default async function orderReturns() {
  const order = shopify.order.value;
  const known = order ? await overviewIfAny(order.id) : null;
  if (!order || !known || (!known.returns.length && !known.withdraw)) return;
  const heading = known.returns.length ? shopify.i18n.translate('block.heading') : undefined;
  render(
    <s-section heading={heading}>
      <s-stack gap="base">
        {known.returns.map((each) => (
          <s-grid key={each.at} gridTemplateColumns="auto 1fr" gap="base">
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

import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {orderPage} from './address.js';
import {useFlow} from './flow.js';
import {Failed, Shown, Withdraw} from './shown.jsx';

/** An order's returns, from the first question to the last cent. */
export default async function returnPage() {
  const order = shopify.order.value;
  if (order) render(<ReturnPage orderId={order.id} />, document.body);
}

/** @param {{orderId: string}} props */
function ReturnPage({orderId}) {
  const where = useFlow(orderId);
  if (where.answer && where.known) return <Shown where={where} orderId={orderId} />;
  return <Returns where={where} orderId={orderId} />;
}

/** The order's returns, and how to begin another.
 * @param {{where: import('./flow').Where, orderId: string}} props */
function Returns({where: {known, isBusy, failed, begin, open}, orderId}) {
  const text = shopify.i18n.translate;
  return (
    <s-page heading={text('page.heading')} subheading={known ? text('page.order', {name: String(known.order)}) : ''}>
      <s-button slot="breadcrumb-actions" href={orderPage(orderId)} accessibilityLabel={text('page.back')} />
      <s-stack gap="large">
        <Failed failed={failed} />
        {isBusy && !known?.returns.length && <s-skeleton-paragraph />}
        {known?.returns.map((each) => (
          <s-section key={each.at} heading={each.rma}>
            <s-stack gap="base">
              <s-text>{each.title}</s-text>
              <s-button variant="secondary" loading={isBusy} onClick={() => open(each.at)}>
                {text('page.follow')}
              </s-button>
            </s-stack>
          </s-section>
        ))}
        {known?.can_start && !failed && (!isBusy || !!known.returns.length) && (
          <s-button variant="primary" loading={isBusy} onClick={begin}>
            {text('page.begin')}
          </s-button>
        )}
        {known && !known.can_start && !known.returns.length && !failed && !isBusy && (
          <s-paragraph>{text('page.nothing')}</s-paragraph>
        )}
        {!isBusy && <Withdraw known={known} />}
      </s-stack>
    </s-page>
  );
}

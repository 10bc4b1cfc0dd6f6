import {orderPage} from './address.js';
import {Items, Reasons} from './items.jsx';
import {Better, Outcomes} from './outcomes.jsx';
import {speaker} from './parts.jsx';
import {Method, Review} from './review.jsx';
import {Status} from './status.jsx';

/** @import {Where} from './flow' */

const STEPS = ['items', 'reasons', 'outcome', 'method', 'review'];

/** A page of the flow as the app answered it. @param {{where: Where, orderId: string}} props */
export function Shown({where, orderId}) {
  const {answer, known, isBusy, failed, open, send, leave} = where;
  if (!answer || !known) return null;
  const {page, model} = answer;
  const text = shopify.i18n.translate;
  const say = speaker(answer.words);
  /** @param {string} address */
  const inShop = (address) => (/^[a-z]+:/.test(address) ? address : there(known, answer, address));
  const content = drawn(page, {model, say, send, open, inShop, isBusy});
  if (!content) return <Elsewhere where={where} orderId={orderId} />;
  const back = model.flow?.back;
  return (
    <s-page heading={headingOf(answer, say)} subheading={subheadingOf(answer, say)}>
      {back ? (
        <s-button slot="breadcrumb-actions" onClick={() => open(back)} accessibilityLabel={say('back')} />
      ) : (
        <s-button slot="breadcrumb-actions" href={orderPage(orderId)} accessibilityLabel={text('page.back')} />
      )}
      <s-stack gap="large">
        <Failed failed={failed} />
        {model.flow?.notice && <s-banner tone="warning" heading={model.flow.notice} />}
        {model.flow?.problems.length > 0 && (
          <s-banner tone="critical" heading={text('page.check')}>
            <s-unordered-list>
              {model.flow.problems.map((/** @type {[string, string]} */ [field, sentence]) => (
                <s-list-item key={field}>{sentence}</s-list-item>
              ))}
            </s-unordered-list>
          </s-banner>
        )}
        {content}
        {page === 'items' && !back && <Withdraw known={known} />}
        {back && <s-link onClick={() => open(back)}>{say('back')}</s-link>}
        {page === 'status' && <s-link onClick={leave}>{text('page.all')}</s-link>}
      </s-stack>
    </s-page>
  );
}

/** The page drawn with Shopify's parts; null for one that only the shop has.
 * @param {string} page @param {import('./models').StepProps<any>} props */
function drawn(page, props) {
  const key = `${page} ${props.model.flow?.action ?? props.model.action}`; // a new page forgets what was typed on another
  switch (page) {
    case 'items':
      return <Items key={key} {...props} />;
    case 'reasons':
      return <Reasons key={key} {...props} />;
    case 'outcome':
      return <Outcomes key={key} {...props} />;
    case 'better':
      return <Better key={key} {...props} />;
    case 'method':
      return <Method key={key} {...props} />;
    case 'review':
      return <Review key={key} {...props} />;
    case 'status':
      return <Status key={key} {...props} />;
  }
  return null;
}

/** @param {import('./models').Answer} answer @param {ReturnType<typeof speaker>} say */
function headingOf({page, model}, say) {
  return page === 'status' ? (model.called ?? say('status', {rma: model.rma})) : say(page);
}

/** @param {import('./models').Answer} answer @param {ReturnType<typeof speaker>} say */
function subheadingOf({page, model}, say) {
  if (page === 'status') return say('order', {name: model.order_name});
  const step = STEPS.indexOf(page === 'better' ? 'outcome' : page) + 1;
  return `${say(model.flow.changes ? 'over_change' : 'over', {name: model.flow.order_name})} · ${say('step', {number: step, count: STEPS.length})}`;
}

/** A message, or a step that is on the shop's own page: for the same return, with all that was chosen.
 * @param {{where: Where, orderId: string}} props */
function Elsewhere({where: {answer, known, isBusy, failed, begin, open, leave}, orderId}) {
  if (!answer || !known) return null;
  const {page, model, at} = answer;
  const text = shopify.i18n.translate;
  const isMessage = page === 'message';
  const here = onward(at);
  return (
    <s-page heading={isMessage ? String(model.title) : text('page.heading')}>
      <s-button slot="breadcrumb-actions" href={orderPage(orderId)} accessibilityLabel={text('page.back')} />
      <s-stack gap="base">
        <Failed failed={failed} />
        {isMessage ? (
          model.lines.map((/** @type {string} */ line) => <s-paragraph key={line}>{line}</s-paragraph>)
        ) : (
          <s-paragraph>{text('portal.why')}</s-paragraph>
        )}
        {!isMessage && (
          <s-button variant="primary" target="_blank" href={there(known, answer, `${known.portal.path}/${at ?? 'returns'}`)}>
            {text('portal.open')}
          </s-button>
        )}
        {!isMessage && here && (
          <s-button variant="secondary" loading={isBusy} onClick={() => open(here)}>
            {text('portal.done')}
          </s-button>
        )}
        {isMessage && model.next && <s-link onClick={() => open(model.next.url)}>{model.next.label}</s-link>}
        {isMessage && model.contact && <s-link href={model.contact.url}>{model.contact.label}</s-link>}
        {model.flow?.back && <s-link onClick={() => open(model.flow.back)}>{text('page.before')}</s-link>}
        {isMessage && <Withdraw known={known} />}
        {(known.can_start || known.returns.length > 0) && <s-link onClick={leave}>{text('page.all')}</s-link>}
        {isMessage && known.can_start && (
          <s-button variant="primary" loading={isBusy} onClick={begin}>
            {text('page.begin')}
          </s-button>
        )}
      </s-stack>
    </s-page>
  );
}

/** An address on the shop's own page, in the language that is read here.
 * @param {import('./models').Overview} known @param {import('./models').Answer} answer @param {string} address */
function there(known, answer, address) {
  const page = new URL(address, known.portal.origin);
  page.searchParams.set('lang', answer.language.code);
  return page.href;
}

/** Where a return goes on once a step was taken in the shop: the review leads back to whatever is still missing.
 * @param {string | null} at */
function onward(at) {
  const [, sent, draft] = /^returns\/(?:(r\/[^/]+)|([^/]+))/.exec(at ?? '') ?? [];
  return sent ? `returns/${sent}` : draft && `returns/${draft}/review`;
}

/** The statutory function while the right exists, beside whatever a shop gives of its own accord.
 * @param {{known: Where['known']}} props */
export function Withdraw({known}) {
  if (!known?.withdraw) return null;
  return (
    <s-link href={known.withdraw.url} target="_blank">
      {known.withdraw.label}
    </s-link>
  );
}

/** Why no answer came, and the way to ask the same again. @param {{failed: Where['failed']}} props */
export function Failed({failed}) {
  if (!failed) return null;
  return (
    <s-banner tone="critical" heading={failed.sentence}>
      <s-button onClick={failed.again}>{shopify.i18n.translate('failed.again')}</s-button>
    </s-banner>
  );
}

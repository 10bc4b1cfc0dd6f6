import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {appPage, ask, Refused, sentence} from './api.js';
import {Form, sent} from './form.jsx';
import {Sum} from './sum.jsx';

/** In the order's menu: a return made for the customer. Which items, the sum, yes. */
export default async function action() {
  render(<Action />, document.body);
}

/** @typedef {Record<string, import('./models').Typed>} AllTyped by line */

function Action() {
  const [known, setKnown] = useState(/** @type {import('./models').Returnable | null} */ (null));
  const [typed, setTyped] = useState(/** @type {AllTyped} */ ({}));
  const latest = useRef(typed);
  latest.current = typed;
  const [priced, setPriced] = useState(/** @type {import('./models').Priced | null} */ (null));
  const [made, setMade] = useState(/** @type {import('./models').Made | null} */ (null));
  const [failure, setFailure] = useState(/** @type {unknown} */ (null));
  const [isBusy, setBusy] = useState(true);

  /** What comes back goes to `use`; what goes wrong is said, and what was typed stays.
   * @param {Promise<any>} asked @param {(said: any) => void} use */
  const wait = (asked, use) => {
    setBusy(true);
    setFailure(null);
    asked.then(use, setFailure).finally(() => setBusy(false));
  };
  const load = () => wait(ask('return'), setKnown);
  useEffect(load, []);

  const {translate} = shopify.i18n;
  const heading = known ? translate('action.heading', {order: String(known.order)}) : translate('action_name');
  const refusal = failure ? <s-banner tone="critical">{sentence(failure)}</s-banner> : null;
  if (!known) {
    return (
      <s-admin-action heading={heading} loading={isBusy}>
        {refusal}
        {failure ? button('primary-action', translate('again'), load) : null}
        {button('secondary-actions', translate('close'), shopify.close)}
      </s-admin-action>
    );
  }
  if (made) return <Done made={made} heading={heading} />;
  // a sum is of what was typed: what was typed since has none yet
  const price = () => wait(ask('return/price', sent(known, typed)), (said) => typed === latest.current && setPriced(said));
  const wrong = failure instanceof Refused ? failure.fields : {};
  return (
    <s-admin-action heading={heading}>
      <s-stack gap="base">
        {refusal}
        {priced ? (
          <Sum priced={priced} />
        ) : (
          <Form known={known} typed={typed} wrong={wrong} change={(key, more) => setTyped({...typed, [key]: {...typed[key], ...more}})} />
        )}
      </s-stack>
      {known.nothing ? null : priced ? (
        <s-button
          slot="primary-action"
          variant="primary"
          loading={isBusy}
          onClick={() => wait(ask('return', {quote: priced.quote}), setMade)}
        >
          {translate('action.create')}
        </s-button>
      ) : (
        <s-button slot="primary-action" variant="primary" loading={isBusy} onClick={price}>
          {translate('action.price')}
        </s-button>
      )}
      {priced
        ? button('secondary-actions', translate('action.change'), () => (setPriced(null), setFailure(null)))
        : button('secondary-actions', translate('close'), shopify.close)}
    </s-admin-action>
  );
}

/** @param {{made: import('./models').Made, heading: string}} props */
function Done({made, heading}) {
  return (
    <s-admin-action heading={heading}>
      <s-stack gap="base">
        <s-banner tone={made.approved ? 'success' : 'warning'} heading={made.rma}>
          {made.said}
        </s-banner>
        <s-link href={appPage(made.path)}>{shopify.i18n.translate('action.open', {rma: made.rma})}</s-link>
      </s-stack>
      {button('primary-action', shopify.i18n.translate('close'), shopify.close)}
    </s-admin-action>
  );
}

/** @param {'primary-action' | 'secondary-actions'} slot @param {string} words @param {() => void} press */
function button(slot, words, press) {
  return (
    <s-button slot={slot} onClick={press}>
      {words}
    </s-button>
  );
}

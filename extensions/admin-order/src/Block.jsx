import '@shopify/ui-extensions/preact';
import {render} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {ask, Refused, sentence} from './api.js';
import {Glance, summary} from './glance.jsx';

/** On the order's page: its parcels, its returns and until when it may come back. */
export default async function block() {
  render(<Block />, document.body);
}

function Block() {
  const [known, setKnown] = useState(/** @type {import('./models').Glance | null} */ (null));
  const [failure, setFailure] = useState(/** @type {unknown} */ (null));
  const load = () => {
    setFailure(null);
    ask('order').then(setKnown, setFailure);
  };
  useEffect(load, []);
  const {translate} = shopify.i18n;
  return (
    <s-admin-block heading={translate('block.heading')} collapsedSummary={known ? summary(known) : ''}>
      {known ? <Glance known={known} /> : failure ? <Failed failure={failure} again={load} /> : <Loading />}
    </s-admin-block>
  );
}

function Loading() {
  return <s-spinner accessibilityLabel={shopify.i18n.translate('loading')} />;
}

/** An order that is not known yet is no fault; all else can be tried again.
 * @param {{failure: unknown, again: () => void}} props */
function Failed({failure, again}) {
  const isNew = failure instanceof Refused && failure.status === 404;
  return (
    <s-banner tone={isNew ? 'info' : 'critical'}>
      <s-paragraph>{sentence(failure)}</s-paragraph>
      <s-button slot="secondary-actions" onClick={again}>
        {shopify.i18n.translate('again')}
      </s-button>
    </s-banner>
  );
}

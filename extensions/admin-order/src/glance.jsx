import {appPage} from './api.js';

/** The block's one line while it is folded. @param {import('./models').Glance} known */
export function summary(known) {
  const {translate} = shopify.i18n;
  const labels = [...new Set(known.parcels.map((each) => each.label))];
  const returns = known.returns.length ? [translate('block.returns', {count: known.returns.length})] : [];
  const unsent = known.waiting ? 'block.unsent' : 'block.no_goods';
  return [...(labels.length ? labels : [translate(unsent)]), ...returns].join(' · ');
}

/** @param {{known: import('./models').Glance}} props */
export function Glance({known}) {
  const {translate} = shopify.i18n;
  const many = known.parcels.filter((each) => each.nth).length > 1;
  return (
    <s-stack gap="large">
      <s-stack gap="base">
        {known.parcels.map((each) => (
          <Parcel key={each.number} parcel={each} isOneOfMany={many} />
        ))}
        {known.waiting && <Waiting waiting={known.waiting} />}
        {!known.parcels.length && !known.waiting && <s-text color="subdued">{translate('block.no_goods')}</s-text>}
      </s-stack>
      {known.returns.length > 0 && (
        <s-stack gap="small-200">
          <s-heading>{translate('block.returned')}</s-heading>
          {known.returns.map((each) => (
            <s-stack key={each.rma} direction="inline" gap="small-200" alignItems="center">
              <s-link href={appPage(each.path)}>{each.rma}</s-link>
              <s-badge tone={each.tone}>{each.label}</s-badge>
              {each.pieces > 0 && <s-text color="subdued">{translate('block.pieces', {count: each.pieces})}</s-text>}
            </s-stack>
          ))}
        </s-stack>
      )}
      {known.last_days.length > 0 && <LastDays days={known.last_days} />}
      <s-stack direction="inline" gap="base" alignItems="center">
        {known.nothing ? (
          <s-text color="subdued">{known.nothing}</s-text>
        ) : (
          <s-button onClick={() => shopify.navigation.navigate('extension://create-return')}>
            {translate('block.create')}
          </s-button>
        )}
        <s-link href={appPage(known.desk)}>{translate('block.open')}</s-link>
      </s-stack>
    </s-stack>
  );
}

/** An e-mail, or a parcel that was called off, is named by its badge alone, and by its carrier. @param {{parcel: import('./models').Parcel, isOneOfMany: boolean}} props */
function Parcel({parcel, isOneOfMany}) {
  const {translate} = shopify.i18n;
  const who = parcel.carrier ?? (parcel.nth ? translate('block.parcel') : null);
  return (
    <s-stack gap="small-300">
      <s-stack direction="inline" gap="small-200" alignItems="center">
        {who && <s-text type="strong">{isOneOfMany && parcel.nth ? translate('block.nth', {who, number: parcel.nth}) : who}</s-text>}
        <s-badge tone={parcel.tone}>{parcel.label}</s-badge>
        {parcel.numbers.map(({number, url}) =>
          url ? (
            <s-link key={number} href={url} target="_blank">
              {number}
            </s-link>
          ) : (
            <s-text key={number}>{number}</s-text>
          ),
        )}
      </s-stack>
      {parcel.arrival && <Arrival arrival={parcel.arrival} />}
      {parcel.news && <s-text color="subdued">{parcel.news}</s-text>}
    </s-stack>
  );
}

/** @param {{waiting: NonNullable<import('./models').Glance['waiting']>}} props */
function Waiting({waiting}) {
  return (
    <s-stack gap="small-300">
      <s-stack direction="inline" gap="small-200" alignItems="center">
        <s-badge>{shopify.i18n.translate('block.waiting', {count: waiting.pieces})}</s-badge>
      </s-stack>
      {waiting.arrival && <Arrival arrival={waiting.arrival} />}
    </s-stack>
  );
}

/** When it comes, how that is known, and what was said before. @param {{arrival: import('./models').Arrival}} props */
function Arrival({arrival}) {
  const {translate} = shopify.i18n;
  return (
    <s-stack gap="small-500">
      <s-text>{translate(arrival.is_past ? 'block.was_due' : 'block.arrives', {when: arrival.when})}</s-text>
      <s-text color="subdued">{[arrival.basis, arrival.revision].filter(Boolean).join(' ')}</s-text>
    </s-stack>
  );
}

/** @param {{days: import('./models').Glance['last_days']}} props */
function LastDays({days}) {
  return (
    <s-stack gap="small-200">
      <s-heading>{shopify.i18n.translate('block.last_day')}</s-heading>
      {days.map((each) => (
        <s-text key={each.items ?? each.until}>{each.items ? `${each.items}: ${each.until}` : each.until}</s-text>
      ))}
    </s-stack>
  );
}

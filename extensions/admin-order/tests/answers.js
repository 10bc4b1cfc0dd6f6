/** What the app answers: Ada's order with a parcel on its way, a return, and shirts that can come back. */
export const GLANCE = {
  order: '#1042',
  parcels: [
    {
      number: 1,
      nth: 1,
      label: 'On its way',
      tone: 'info',
      is_over: false,
      carrier: 'DHL Paket',
      news: 'On its way · today, 09:12 · Leipzig',
      arrival: {when: 'tomorrow', is_past: false, basis: 'DHL Paket gave this date.', revision: 'Was Monday, now tomorrow.'},
      numbers: [{number: '00340434161094042557', url: 'https://www.dhl.de/track'}],
    },
  ],
  waiting: null,
  returns: [{rma: 'R-1042-1', label: 'Requested', tone: 'caution', pieces: 2, path: 'app/returns/R-1042-1'}],
  last_days: [{items: null, until: 'until Tuesday, 1 December'}],
  nothing: null,
  desk: 'app/returns?q=1042',
};

export const RETURNABLE = {
  order: '#1042',
  lines: [
    {
      key: '77',
      title: 'Shirt',
      variant: 'S',
      price: '€45.00',
      most: 2,
      why: null,
      outcomes: [
        {value: 'refund', label: 'Refund'},
        {value: 'variant_exchange', label: 'Another size or colour'},
        {value: 'keep_item', label: 'Refund, and keep the item'},
      ],
      sizes: [
        {value: '1', label: 'S'},
        {value: '2', label: 'M'},
      ],
      methods: [
        {value: 'label', label: 'With a label that we give you'},
        {value: 'own_carrier', label: 'With a carrier of your choice'},
      ],
    },
    {key: null, title: 'Mug', variant: null, price: '€9.00', most: 0, why: 'This item was sold as final sale.', outcomes: [], sizes: [], methods: []},
  ],
  reasons: [{value: 'size-too-small', label: 'Too small'}],
  more: 'app/returns/new?order=1042',
  has_more: true,
  nothing: null,
};

export const PRICED = {
  quote: 'Q1',
  parts: [{title: 'Refund', rows: [{label: 'Price of 1 item', amount: '€50.00'}, {label: 'Discounts', amount: '−€5.00'}], bonus: null, gets: '€45.00', pays: null}],
  at_once: false,
};

export const MADE = {rma: 'R-1042-1', path: 'app/returns/R-1042-1', approved: true, said: 'The return is made and approved.'};

/** A `fetch` that answers by path, one after another; what was asked is in its calls.
 * @param {Record<string, any[]>} answers */
export function app(answers) {
  const left = Object.fromEntries(Object.entries(answers).map(([path, each]) => [path, [...each]]));
  return async (address, init = {}) => {
    const path = `${init.method ?? 'GET'} ${new URL(address, 'https://app.test').pathname.replace('/account/staff/', '')}`;
    const known = left[path];
    const next = known.length > 1 ? known.shift() : known[0];
    if (next instanceof Error) throw next;
    return next instanceof Response ? next.clone() : new Response(JSON.stringify(next));
  };
}

/** @param {number} status @param {object} said */
export function refusal(status, said) {
  return new Response(JSON.stringify(said), {status});
}

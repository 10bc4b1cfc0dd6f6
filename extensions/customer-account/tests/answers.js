// Answers as the app's account door gives them, cut down to what a page needs.
export const OVERVIEW = {
  order: '#1001',
  can_start: true,
  returns: [],
  withdraw: null,
  portal: {origin: 'https://shop.example', path: '/apps/order-care'},
};

export const WITHDRAW = {
  label: 'Withdraw from contract here',
  url: 'https://shop.example/apps/order-care/withdraw/o?key=KEY&lang=en',
};

export const WORDS = {
  items: 'What would you like to send back?',
  outcome: 'What would you like instead?',
  method: 'How will you send it back?',
  colon: ':',
  over: 'Return for order {name}',
  step: 'Step {number} of {count}',
  continue: 'Continue',
  back: 'Back',
  how_many: 'How many?',
  choose_one: 'Please choose one',
  swap: 'New size or colour of {item}',
  choose: 'Please choose',
  paid_less: 'you paid {value} ({price} − {discount} discount)',
  tax: '{tax} tax',
  review: 'Is everything right?',
  over_change: 'Change of your return for order {name}',
  confirm: 'Confirm the return',
  confirm_change: 'Confirm the change',
  leave: 'Leave it as it is',
  again: 'Again',
  about: 'What it is about',
  you_send: 'You send back',
  our_picture: 'Our picture {number} of {item}',
  answered_by: 'We answer by {day}.',
  until_answered: 'Until we have answered nothing happens.',
};

const money = (amount) => ({amount, currency: 'EUR', text: `€${amount}`});
const flow = (step, more = {}) => ({
  order_name: '#1001',
  step,
  action: `/apps/order-care/returns/TOKEN/${step}`,
  back: step === 'items' ? null : '/apps/order-care/returns/TOKEN/items?lang=en',
  problems: [],
  notice: null,
  of: 5,
  changes: false,
  ...more,
});
const page = (name, model) => ({page: name, at: `returns/TOKEN/${name}`, model, words: WORDS, language: {code: 'en'}});
const shirt = {title: 'Wool shirt', variant: 'S', quantity: 2, picture: null};

export const items = (more) =>
  page('items', {
    flow: flow('items', more),
    policy: {sentences: ['You can choose: refund.'], own_words: [], url: null},
    items: [{key: 7, item: shirt, left: 2, chosen: 0, until: ['Return until 1 Dec'], unless: null}],
    closed: [],
    running: [],
  });

const choice = (value, amount, bonus, more = {}) => ({
  value,
  label: value,
  amount: money(amount),
  bonus: money(bonus),
  lines: [],
  freed: null,
  working: [],
  swaps: [],
  is_chosen: false,
  shown: null,
  ...more,
});
const swaps = [{key: 7, title: 'Wool shirt', choices: [{value: '42', label: 'M', is_chosen: false}]}];

export const outcome = (more) =>
  page('outcome', {
    flow: flow('outcome', more),
    quote: 'Q1',
    paid: [
      {title: 'Wool shirt', quantity: 1, value: money('45.00'), price: money('50.00'), discount: money('5.00'),
        tax: money('3.60'), tax_is_added: true},
    ],
    choices: [
      choice('store_credit', '53.10', '4.50', {lines: ['with a bonus']}),
      choice('variant_exchange', '48.60', '0.00', {swaps, shown: '€0.00 to pay'}),
      choice('refund', '48.60', '0.00'),
    ],
    closed: [],
    lines: [],
  });

export const review = (more = {}, change = null) =>
  page('review', {
    flow: flow('review', more), quote: 'Q1', lines: [], parts: [], ways: [], instructions: [], delivery: null, promises: [],
    change, items_url: '', outcome_url: '', shop_url: null,
  });

export const shop = () => ({page: 'shop', at: 'returns/TOKEN/shop', model: {flow: flow('outcome')}, words: WORDS, language: {code: 'de'}});
export const gone = () => ({
  page: 'message', at: null, words: WORDS,
  model: {title: 'Please start your return again', lines: ['That day is over.'], next: null, contact: null},
});

export const away = () => ({
  page: 'message', at: null, words: WORDS,
  model: {title: 'Not right now', lines: ['What you chose so far is kept.'], next: null, contact: null},
});

export const status = (more = {}) => ({
  page: 'status',
  at: 'returns/r/KEY',
  words: {...WORDS, status: 'Return {rma}', order: 'Order {name}', pay_amount: 'Pay {amount}', cancel: 'Cancel the return'},
  language: {code: 'en'},
  model: {
    rma: 'R-1', order_name: '#1001', title: 'We have your request', mood: 'calm', lines: [], steps: [], next: [],
    items: [], parts: [], sending: null, timeline: [], action: '/apps/order-care/returns/r/KEY', question: '', answer: '',
    swaps: [], choose_again: false, anew: null, anew_items: [], is_over: false, may_cancel: true, may_change: false, may_tell_parcel: false, problem: null,
    notice: null, contact: null, papers: [], balance: null, asked: null, called: null, ...more,
  },
});

export const owed = {
  rest: money('12.00'), paid: null, until: '1 Dec', pay_url: 'https://shop.example/pay', away: '', otherwise: '',
  instead: 'Take a refund instead', is_going: false,
};
export const asked = {
  pieces: [{item: shirt, verdict: 'Accepted at 50 %', grade: null, said: 'Worn.', photos: []}],
  agreed: 'Agreed was €48.60.',
  ways: [{value: 'reduced', label: 'Take the sum', lines: [], amount: money('24.30'), is_paid: false, working: []}],
  until: 'Please choose by 1 Dec.', otherwise: 'Otherwise we pay it out.', looked_at_by: null, appeal: '', reply: '',
};

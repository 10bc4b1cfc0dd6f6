/* The app's pages of a return, said in the reader's language: `shopify_app/pages/return_*.py` as JSON. */

/** Names fields; text where JavaScript would round the number. */
export type Key = number | string;

export interface Money {
  amount: string;
  currency: string;
  text: string;
}
export interface Link {
  label: string;
  url: string;
}
export interface Item {
  title: string;
  variant: string;
  quantity: number;
  picture: {url: string; alt: string} | null;
}
export interface Flow {
  order_name: string;
  step: 'items' | 'reasons' | 'outcome' | 'method' | 'review';
  action: string;
  back: string | null;
  problems: [string, string][];
  notice: string | null;
  of: number;
  /** It is about a return that was sent in. */
  changes: boolean;
}
export interface Choice {
  value: string;
  label: string;
  is_chosen: boolean;
}
export interface ItemsPage {
  flow: Flow;
  policy: {sentences: string[]; own_words: string[]; url: string | null};
  items: {key: Key; item: Item; left: number; chosen: number; until: string[]; unless: string | null}[];
  closed: {item: Item; why: string; own_words: string}[];
  running: Link[];
}
export interface ReasonLine {
  key: Key;
  item: Item;
  reasons: Choice[];
  note: string;
  question: string;
  answer: string;
  needs_photos: boolean;
  photos: {id: number}[];
  only: string | null;
}
export interface ReasonsPage {
  flow: Flow;
  lines: ReasonLine[];
}
export interface SumRow {
  label: string;
  amount: Money;
  title: string;
  is_sum: boolean;
}
export interface Swap {
  key: Key;
  title: string;
  choices: Choice[];
}
export interface OutcomeChoice {
  value: string;
  label: string;
  amount: Money;
  bonus: Money;
  lines: string[];
  freed: string | null;
  working: SumRow[];
  swaps: Swap[];
  is_chosen: boolean;
  shown: string | null;
}
export interface OutcomesPage {
  flow: Flow;
  quote: string;
  paid: {
    title: string;
    quantity: number;
    value: Money;
    price: Money;
    discount: Money;
    tax: Money;
    tax_is_added: boolean;
  }[];
  choices: OutcomeChoice[];
  closed: {label: string; why: string}[];
  lines: {key: Key; item: Item; choices: OutcomeChoice[]; chosen: string}[];
}
export interface BetterPage {
  flow: Flow;
  refund: OutcomeChoice;
  offer: OutcomeChoice;
}
export interface MethodChoice {
  value: string;
  label: string;
  lines: string[];
  address: string[];
  is_chosen: boolean;
}
export interface MethodPage {
  flow: Flow;
  choices: MethodChoice[];
  instructions: string[];
  lines: {key: Key; item: Item; choices: MethodChoice[]; chosen: string}[];
}
export interface Part {
  label: string;
  titles: string[];
  amount: Money;
  bonus: Money;
  lines: string[];
  freed: string | null;
  working: SumRow[];
  shown: string | null;
  new: Item[];
}
export interface Way {
  label: string;
  address: string[];
}
export interface ReviewLine {
  item: Item;
  facts: string[];
}
export interface AddressForm {
  shown: string[];
  country: string;
  countries: [code: string, name: string][];
  fields: [name: string, label: string, value: string, autocomplete: string][];
  is_locked: boolean;
  is_open: boolean;
}
export interface ReviewPage {
  flow: Flow;
  quote: string;
  lines: ReviewLine[];
  parts: Part[];
  ways: Way[];
  instructions: string[];
  delivery: AddressForm | null;
  promises: string[];
  change: {status_url: string; rows: {label: string; before: Money | string; after: Money | string; differs: boolean}[]} | null;
  items_url: string;
  outcome_url: string;
  shop_url: string | null;
}
export interface StatusPage {
  rma: string;
  order_name: string;
  title: string;
  mood: 'calm' | 'joy' | 'look' | 'trouble';
  lines: string[];
  steps: {label: string; state: 'done' | 'current' | 'todo'; on: string | null}[];
  next: string[];
  items: ReviewLine[];
  parts: Part[];
  sending: {ways: Way[]; instructions: string[]} | null;
  timeline: {label: string; at: string; said: string}[];
  action: string;
  question: string;
  answer: string;
  swaps: Swap[];
  choose_again: boolean;
  anew: OutcomesPage | null;
  anew_items: ReviewLine[];
  is_over: boolean;
  may_cancel: boolean;
  may_change: boolean;
  may_tell_parcel: boolean;
  problem: string | null;
  notice: string | null;
  contact: Link | null;
  papers: {label: string; url: string; lines: string[]; asks: boolean}[];
  balance: Balance | null;
  asked: Asked | null;
  called: string | null;
}
export interface MessagePage {
  title: string;
  lines: string[];
  next: Link | null;
  /** The one way to reach the shop's people. */
  contact: Link | null;
}

/** What is still to be paid for an exchange, by Shopify's own page. */
export interface Balance {
  rest: Money;
  paid: Money | null;
  until: string;
  pay_url: string | null;
  away: string;
  otherwise: string;
  instead: string;
  is_going: boolean;
}
/** What the shop found and asks about. */
export interface Asked {
  pieces: {item: Item; verdict: string; grade: string | null; said: string; photos: {id: number; url: string}[]}[];
  agreed: string;
  ways: {value: string; label: string; lines: string[]; amount: Money | null; is_paid: boolean; working: SumRow[]}[];
  until: string | null;
  otherwise: string | null;
  looked_at_by: string | null;
  appeal: string;
  reply: string;
}

/** A page as the account door answers; `at` is its own address below the merchant's path. */
export interface Answer {
  page: string;
  at: string | null;
  model: any;
  words: Record<string, string>;
  language: {tag: string; code: string; direction: 'ltr' | 'rtl'};
}
/** What can be done with an order. */
export interface Overview {
  order: string;
  can_start: boolean;
  returns: {rma: string; at: string; title: string; is_open: boolean}[];
  /** “Withdraw from contract here”, on the shop's own page; null where the law gives no right (any more). */
  withdraw: Link | null;
  portal: {origin: string; path: string};
}
/** What every step is given: its page, how to say what stands beside it, and how to go on. */
export interface StepProps<Model> {
  model: Model;
  say: (name: string, facts?: Record<string, string | number>) => string;
  /** Sends a form to an address of the page. */
  send: (address: string, form: Record<string, string>) => void;
  /** Opens another page of the flow. */
  open: (address: string) => void;
  /** The same address in the shop, for what only a browser can show. */
  inShop: (address: string) => string;
  isBusy: boolean;
}

/* What the app answers below /account/staff; words come in the extension's language, paths are the app's. */
export type Tone = 'neutral' | 'info' | 'success' | 'caution' | 'warning' | 'critical';

export interface Arrival {
  when: string;
  is_past: boolean;
  basis: string;
  revision: string | null;
}
/** `nth` is null of what is no parcel: an e-mail, or one that was called off. */
export interface Parcel {
  number: number;
  nth: number | null;
  label: string;
  tone: Tone;
  is_over: boolean;
  carrier: string | null;
  news: string | null;
  arrival: Arrival | null;
  numbers: {number: string; url: string | null}[];
}
export interface Return {
  rma: string;
  label: string;
  tone: Tone;
  pieces: number;
  path: string;
}
/** `nothing` says that no item can come back today, where that is so. */
export interface Glance {
  order: string;
  parcels: Parcel[];
  waiting: {pieces: number; arrival: Arrival | null} | null;
  returns: Return[];
  last_days: {items: string | null; until: string}[];
  nothing: string | null;
  desk: string;
}

export interface Choice {
  value: string;
  label: string;
}
/** `key` is null where nothing of the line can come back; `why` says why. */
export interface Line {
  key: string | null;
  title: string;
  variant: string | null;
  price: string;
  most: number;
  why: string | null;
  outcomes: Choice[];
  sizes: Choice[];
  methods: Choice[];
}
export interface Returnable {
  order: string;
  lines: Line[];
  reasons: Choice[];
  more: string;
  has_more: boolean;
  nothing: string | null;
}

/** What was typed for a line. */
export interface Typed {
  pieces?: string;
  outcome?: string;
  size?: string;
  reason?: string;
  method?: string;
  note?: string;
}
export type Field = keyof Typed;
export type Wrong = Record<string, Partial<Record<Field, string>>>;

export interface Part {
  title: string;
  rows: {label: string; amount: string}[];
  bonus: string | null;
  gets: string;
  pays: string | null;
}
export interface Priced {
  quote: string;
  parts: Part[];
  at_once: boolean;
}
export interface Made {
  rma: string;
  path: string;
  approved: boolean;
  said: string;
}

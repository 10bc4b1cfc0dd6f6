import {APP_URL} from './address.js';

/** The app said in a sentence why not; `status` is HTTP's. */
export class Refused extends Error {
  /** @param {number} status @param {string} sentence */
  constructor(status, sentence) {
    super(sentence);
    this.status = status;
  }
}

/** No answer came; what was typed is still on the page. */
export class Unreachable extends Error {}

const PATIENCE_MS = 30_000;

/**
 * Asks the app's account door. A token that has run out is renewed once; nothing has to be typed again. An answer that
 * does not come in time is waited for no longer: asked again, nothing happens twice.
 *
 * @param {string} path below `/account/`
 * @param {Record<string, string>} [form] sent as a form where given; else the page is read
 * @param {string} [method]
 * @returns {Promise<any>} the answer, also of a page that says what is missing (4xx with a page)
 */
export function ask(path, form, method = form ? 'POST' : 'GET') {
  return inTime(answerTo(path, form, method));
}

/** @param {Promise<any>} asked */
function inTime(asked) {
  /** @type {ReturnType<typeof setTimeout>} */
  let bell;
  const late = new Promise((_, refuse) => (bell = setTimeout(() => refuse(new Unreachable()), PATIENCE_MS)));
  return Promise.race([asked, late]).finally(() => clearTimeout(bell));
}

/** @param {string} path @param {Record<string, string> | undefined} form @param {string} method */
async function answerTo(path, form, method) {
  let answer = await once(path, form, method);
  if (answer.status === 401) answer = await once(path, form, method);
  const said = await answer.json().catch(() => null);
  if (said === null || answer.status === 503) throw new Unreachable(); // 503: Shopify is away, and all is kept
  if (!answer.ok && !said.page) throw new Refused(answer.status, said.error ?? '');
  return said;
}

/** @param {string} path @param {Record<string, string> | undefined} form @param {string} method */
async function once(path, form, method) {
  const token = await shopify.sessionToken.get();
  const address = new URL(`/account/${path}`, APP_URL);
  address.searchParams.set('lang', shopify.localization.language.value.isoCode);
  try {
    return await fetch(address.href, {
      method,
      headers: {Authorization: `Bearer ${token}`},
      ...(form ? {body: new URLSearchParams(form)} : {}),
    });
  } catch (failure) {
    throw new Unreachable('', {cause: failure});
  }
}

/** @param {string} orderId @returns {Promise<import('./models').Overview>} */
export function overview(orderId) {
  return ask(`returns?order=${encodeURIComponent(orderId)}`);
}

/** What can be done with the order; nothing where the app does not answer, for nobody waits for a block.
 * @param {string} orderId @returns {Promise<import('./models').Overview | null>} */
export async function overviewIfAny(orderId) {
  return overview(orderId).catch(() => null);
}

/** The app said in a sentence why not; `status` is HTTP's, `fields` what is wrong of each line. */
export class Refused extends Error {
  /** @param {number} status @param {string} sentence @param {import('./models').Wrong} [fields] */
  constructor(status, sentence, fields = {}) {
    super(sentence);
    this.status = status;
    this.fields = fields;
  }
}

/** The order whose page this is, a global id. */
export function orderId() {
  return shopify.data.selected[0]?.id ?? '';
}

const PATIENCE_MS = 30_000;

/**
 * Asks the app about the order. Shopify resolves the address against the app's own and adds the ID token; one that has
 * run out is renewed once, so that nothing has to be typed again. An answer that does not come in time is waited for no
 * longer: a return is made once, however often it is asked for.
 *
 * @param {string} path below `/account/staff/`
 * @param {unknown} [body] sent where given, else the path is read
 * @returns {Promise<any>} throws Refused, with a sentence for whoever waits
 */
export function ask(path, body) {
  /** @type {ReturnType<typeof setTimeout>} */
  let bell;
  const late = new Promise((_, refuse) => {
    bell = setTimeout(() => refuse(new Refused(0, shopify.i18n.translate('error.late'))), PATIENCE_MS);
  });
  return Promise.race([answerTo(path, body), late]).finally(() => clearTimeout(bell));
}

/** @param {string} path @param {unknown} body */
async function answerTo(path, body) {
  let answer = await once(path, body);
  if (answer?.status === 401) answer = await once(path, body);
  const said = await answer?.json().catch(() => null);
  if (!answer || !said) throw new Refused(0, shopify.i18n.translate('error.offline'));
  if (answer.status === 401) throw new Refused(401, shopify.i18n.translate('error.session'));
  if (!answer.ok) throw new Refused(answer.status, said.error ?? shopify.i18n.translate('error.offline'), said.fields);
  return said;
}

/** @param {string} path @param {unknown} body @returns {Promise<Response | null>} null where nobody answers */
async function once(path, body) {
  const asked = new URLSearchParams({order: orderId(), lang: shopify.i18n.translate('language')});
  const sent = body === undefined ? {} : {method: 'POST', body: JSON.stringify(body), headers: {'Content-Type': 'application/json'}};
  return fetch(`/account/staff/${path}?${asked}`, sent).catch(() => null);
}

/** A page of the app, in the admin. @param {string} path */
export function appPage(path) {
  return `app:${path}`;
}

/** The sentence of whatever went wrong. @param {unknown} failure */
export function sentence(failure) {
  return failure instanceof Refused ? failure.message : shopify.i18n.translate('error.offline');
}

import {useEffect, useState} from 'preact/hooks';
import {ask, overview, Refused} from './api.js';

/**
 * Where somebody is in an order's returns. What is on the page stays there until the app has answered; a return that is
 * being put together is found again after a reload.
 *
 * @import {Answer, Overview} from './models'
 * @typedef {{known?: Overview, answer?: Answer, isBusy: boolean, failed?: {sentence: string, again: () => void},
 *   begin: () => void, open: (address: string) => void, send: (address: string, form: Record<string, string>) => void,
 *   leave: () => void}} Where
 */

/** @param {string} orderId @returns {Where} */
export function useFlow(orderId) {
  const [known, setKnown] = useState(/** @type {Overview | undefined} */ (undefined));
  const [answer, setAnswer] = useState(/** @type {Answer | undefined} */ (undefined));
  const [isBusy, setBusy] = useState(true);
  const [failed, setFailed] = useState(/** @type {Where['failed']} */ (undefined));
  const [asking] = useState(() => ({isOn: false}));
  const order = encodeURIComponent(orderId);

  /** One thing at a time: of two, the page that was asked for first might arrive last. @param {() => Promise<void>} task */
  async function busy(task) {
    if (asking.isOn) return;
    asking.isOn = true;
    setBusy(true);
    setFailed(undefined);
    await task().catch((failure) => {
      const sentence = sentenceFor(failure);
      setFailed({sentence, again: () => void busy(task)});
      if (known) tell(sentence);
    });
    asking.isOn = false;
    setBusy(false);
  }

  /** @param {Answer} page */
  async function show(page) {
    setAnswer(page);
    tell(saidOf(page));
    await remember(orderId, page);
  }

  const start = async () => show(await ask(`returns/begin?order=${order}`, {}));

  async function arrive() {
    const found = await overview(orderId);
    setKnown(found);
    const kept = await remembered(orderId);
    if (kept) setAnswer(kept);
    else if (!found.returns.length) await start(); // where nothing can come back, the shop's own page says why
  }

  async function leave() {
    setKnown(await overview(orderId));
    await remember(orderId, undefined);
    setAnswer(undefined);
  }

  useEffect(() => void busy(arrive), []);
  return {
    known,
    answer,
    isBusy,
    failed,
    begin: () => void busy(start),
    open: (address) => void busy(async () => show(await ask(below(address, known)))),
    send: (address, form) => void busy(async () => show(await ask(below(address, known), form))),
    leave: () => void busy(leave),
  };
}

/** The account door's address for one of the portal's. @param {string} address @param {Overview | undefined} known */
function below(address, known) {
  const path = address.split('?')[0] ?? '';
  return path.startsWith(`${known?.portal.path}/`) ? path.slice(`${known?.portal.path}/`.length) : path;
}

/** @param {unknown} failure */
function sentenceFor(failure) {
  if (!(failure instanceof Refused)) return shopify.i18n.translate('failed.unreachable');
  return shopify.i18n.translate(failure.status === 401 ? 'failed.signed_out' : 'failed.refused');
}

/** What a page says first about what was just sent. @param {Answer} page @returns {string | undefined} */
function saidOf({model}) {
  return model?.flow?.problems?.[0]?.[1] ?? model?.flow?.notice ?? model?.problem ?? model?.notice;
}

/** Says where the reader is what the page's banner says at its top: a button may be screens below it, and an extension
 * can neither scroll nor move the focus. @param {string | null | undefined} sentence */
function tell(sentence) {
  if (sentence) void shopify.toast?.show(sentence).catch(() => {});
}

/** Keeps the address of a draft, never what was chosen. @param {string} orderId @param {Answer | undefined} page */
async function remember(orderId, page) {
  const isDraft = page?.model?.flow && page.at;
  await shopify.storage.write(`return:${orderId}`, isDraft ? page.at : '').catch(() => {});
}

/** @param {string} orderId @returns {Promise<Answer | null>} */
async function remembered(orderId) {
  const at = await shopify.storage.read(`return:${orderId}`).catch(() => null);
  const page = typeof at === 'string' && at ? await ask(at).catch(nothingThere) : null;
  return page?.model?.flow ? page : null;
}

/** A draft that is refused is gone; one that nobody could look for is not. @param {unknown} failure @returns {null} */
function nothingThere(failure) {
  if (failure instanceof Refused) return null;
  throw failure;
}

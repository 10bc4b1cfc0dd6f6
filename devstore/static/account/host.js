// Stand-in for Shopify's worker: the `shopify` object of customer-account extensions, for development and tests only.
(() => {
  'use strict';
  const facts = JSON.parse(document.getElementById('facts').textContent);
  const waiting = new Map();
  const ask = (question, what) =>
    new Promise((resolve, reject) => {
      const id = crypto.randomUUID?.() ?? String(Math.random());
      waiting.set(id, {resolve, reject});
      parent.postMessage({ask: question, what, id}, '*');
    });
  addEventListener('message', ({data, source}) => {
    if (source !== parent || !waiting.has(data?.id)) return;
    const {resolve, reject} = waiting.get(data.id);
    waiting.delete(data.id);
    data.failure ? reject(new Error(data.failure)) : resolve(data.said);
  });

  const signal = (value) => ({value, current: value, subscribe: (use) => (use(value), () => {})});

  globalThis.shopify = {
    extend(target, run) {
      if (target === facts.target) Promise.resolve(run()).catch((failure) => console.error(failure));
    },
    extension: {target: facts.target, apiVersion: '2026-07', rendered: signal(true), capabilities: signal(['network_access'])},
    extensionPoint: facts.target,
    orderId: facts.order.id,
    order: signal(facts.order),
    shop: facts.shop,
    sessionToken: {get: () => ask('token')},
    storage: {read: (key) => ask('read', key), write: (key, value) => ask('write', {key, value}), delete: (key) => ask('remove', key)},
    localization: {language: signal({isoCode: facts.language}), extensionLanguage: signal({isoCode: facts.language}), country: signal(undefined)},
    i18n: extensionWords(facts),
    settings: signal({}),
    toast: {show: async (toast) => (parent.postMessage({toast}, '*'), {hide() {}})},
    authenticationState: signal('fully_authenticated'),
    requireLogin: async () => {},
  };

  // Links of the account's own kinds are the page's to follow.
  globalThis.followed = (url) => {
    const isOurs = /^(extension|shopify):/.test(url);
    if (isOurs) parent.postMessage({navigate: url}, '*');
    return isOurs;
  };
  new ResizeObserver(() => parent.postMessage({height: document.documentElement.getBoundingClientRect().height}, '*')).observe(document.documentElement);
  // A new page is read from its top.
  let heading = '';
  new MutationObserver(() => {
    const now = document.querySelector('s-page')?.getAttribute('heading') ?? '';
    if (heading && now && now !== heading) parent.postMessage({top: true}, '*');
    heading = now || heading;
  }).observe(document, {subtree: true, childList: true, attributes: true, attributeFilter: ['heading']});
})();

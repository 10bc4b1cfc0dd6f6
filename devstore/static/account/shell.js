// The page around the extensions: answers what their frames ask, and fits each frame to its content.
(() => {
  'use strict';
  const ACCOUNT = '/customer-account';
  const frames = () => [...document.querySelectorAll('iframe.extension')];
  const answers = {
    token: async () => (await (await fetch(`${ACCOUNT}/session-token`)).json()).token,
    read: async (key) => JSON.parse(localStorage.getItem(`extension:${key}`) ?? 'null'),
    write: async ({key, value}) => localStorage.setItem(`extension:${key}`, JSON.stringify(value)),
    remove: async (key) => localStorage.removeItem(`extension:${key}`),
  };

  // `extension:<handle>/customer-account.order.page.render/<order>/` and `shopify:customer-account/orders/<order>`
  const addressOf = (url) => {
    const page = /^extension:([\w-]+)\/customer-account\.order\.page\.render\/(\d+)/.exec(url);
    if (page) return `${ACCOUNT}/pages/${page[1]}/${page[2]}`;
    const host = /^shopify:customer-account\/(.*)$/.exec(url);
    return host ? `${ACCOUNT}/${host[1]}` : null;
  };

  // Said over the page for some seconds, wherever it is scrolled to.
  const toast = (sentence) => {
    document.querySelector('.toast')?.remove();
    const said = Object.assign(document.createElement('div'), {className: 'toast', role: 'status', textContent: sentence});
    document.body.append(said);
    setTimeout(() => said.remove(), 6000);
  };

  addEventListener('message', async ({data, source}) => {
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame || typeof data !== 'object' || data === null) return;
    if (data.height !== undefined) frame.style.height = `${Math.ceil(data.height)}px`;
    if (data.top) scrollTo({top: Math.max(0, frame.getBoundingClientRect().top + scrollY - 16)});
    if (data.toast) toast(String(data.toast));
    if (data.navigate) {
      const address = addressOf(data.navigate);
      if (address) location.assign(address);
    }
    if (data.ask in answers) {
      const answer = await answers[data.ask](data.what).then((said) => ({said}), (failure) => ({failure: String(failure)}));
      source.postMessage({id: data.id, ...answer}, '*'); // the frame's origin is opaque: there is none to name
    }
  });
})();

// Stand-in for Shopify's worker: the `shopify` object of admin extensions and the two parts that only they have, for
// development and tests only.
(() => {
  'use strict';
  const facts = JSON.parse(document.getElementById('facts').textContent);
  const waiting = new Map();
  let count = 0;
  const tell = (message) => parent.postMessage({extension: facts.target, ...message}, '*');
  const ask = (question) =>
    new Promise((resolve, reject) => {
      const id = ++count;
      waiting.set(id, {resolve, reject});
      tell({ask: question, id});
    });
  addEventListener('message', ({data, source}) => {
    if (source !== parent || !waiting.has(data?.id)) return;
    const {resolve, reject} = waiting.get(data.id);
    waiting.delete(data.id);
    data.failure ? reject(new Error(data.failure)) : resolve(data.said);
  });

  // Addresses without an origin are the app's own, and get the token of whoever sits here.
  const plainFetch = window.fetch.bind(window);
  window.fetch = async (input, init = {}) => {
    const url = new URL(input, `${facts.app}/`);
    if (url.origin !== new URL(facts.app).origin) return plainFetch(input, init);
    const headers = new Headers(init.headers);
    headers.set('Authorization', `Bearer ${await ask('token')}`);
    return plainFetch(url.href, {...init, headers});
  };

  globalThis.shopify = {
    extend(target, run) {
      if (target === facts.target) Promise.resolve(run()).catch((failure) => console.error(failure));
    },
    extension: {target: facts.target},
    data: {selected: [{id: facts.order}]},
    auth: {idToken: () => ask('token')},
    i18n: extensionWords(facts),
    navigation: {navigate: (url) => tell({navigate: String(url)})},
    close: () => tell({close: true}),
  };

  // Links of the admin's own kinds are the page's to follow.
  addEventListener('click', (event) => {
    const link = event.composedPath().find((node) => node.localName === 'a' && node.hasAttribute?.('href'));
    const href = link?.getAttribute('href') ?? '';
    if (!/^(app|shopify|extension):/.test(href)) return;
    event.preventDefault();
    tell({navigate: href});
  }, true);

  const define = (tag, css, html, seen, drawn) => customElements.define(tag, class extends HTMLElement {
    static observedAttributes = seen;
    connectedCallback() {
      if (!this.shadowRoot) this.attachShadow({mode: 'open'}).innerHTML = `<style>${css}</style>${html}`;
      drawn(this);
    }
    attributeChangedCallback() { if (this.shadowRoot) drawn(this); }
  });
  const part = (element, selector) => element.shadowRoot.querySelector(selector);
  define('s-admin-block',
    ':host{display:block}h2{font-size:14px;line-height:20px;font-weight:650;margin:0 0 12px}h2:empty{display:none}',
    '<h2></h2><slot></slot>', ['heading', 'collapsedsummary'],
    (element) => {
      part(element, 'h2').textContent = element.getAttribute('heading') ?? '';
      tell({summary: element.getAttribute('collapsedsummary') ?? ''});
    });
  define('s-admin-action',
    ':host{display:block}header,footer{padding:12px 16px;display:flex;gap:8px;align-items:center}header{background:#f3f4f4;border-bottom:1px solid #dfe2e3}h2{font-size:14px;line-height:20px;font-weight:650;margin:0}.in{padding:16px;min-height:80px}footer{justify-content:flex-end;flex-wrap:wrap;border-top:1px solid #dfe2e3}[hidden]{display:none!important}',
    '<header><h2></h2></header><div class="in"><s-spinner accessibilitylabel="Loading" hidden></s-spinner><slot></slot></div><footer><slot name="secondary-actions"></slot><slot name="primary-action"></slot></footer>',
    ['heading', 'loading'],
    (element) => {
      part(element, 'h2').textContent = element.getAttribute('heading') ?? '';
      part(element, 's-spinner').hidden = !element.hasAttribute('loading') || element.getAttribute('loading') === 'false';
    });

  const measured = () => tell({height: document.documentElement.getBoundingClientRect().height});
  new ResizeObserver(measured).observe(document.documentElement);
  // A frame below the fold is not drawn, so nothing of it is resized before somebody scrolls there.
  new MutationObserver(measured).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
})();

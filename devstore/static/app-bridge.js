// Stand-in for Shopify's hosted app-bridge.js: the same `shopify` global (see @shopify/app-bridge-types), talking to
// the dev store's admin frame instead of Shopify's. Loaded by the app as its first script, as Shopify demands.
(() => {
  'use strict';
  const script = document.currentScript;
  const admin = new URL(script.src).origin;
  const query = new URLSearchParams(location.search);
  const meta = name => document.querySelector(`meta[name="${name}"]`)?.content;
  const remembered = JSON.parse(sessionStorage.getItem('shopify-config') || '{}');
  const config = {
    apiKey: script.dataset.apiKey || meta('shopify-api-key') || remembered.apiKey,
    shop: query.get('shop') || remembered.shop,
    host: query.get('host') || remembered.host,
    locale: query.get('locale') || remembered.locale || 'en',
    appOrigins: [], disabledFeatures: (meta('shopify-disabled-features') || '').split(',').filter(Boolean),
  };
  sessionStorage.setItem('shopify-config', JSON.stringify(config));

  // ---- The wire: one message, one answer -------------------------------------------------------------------------
  const waiting = new Map();
  let count = 0;
  const tell = (type, body) => parent.postMessage({bridge: 'shopify', type, body}, admin);
  const ask = (type, body) => new Promise((resolve, reject) => {
    const id = ++count;
    waiting.set(id, {resolve, reject});
    parent.postMessage({bridge: 'shopify', id, type, body}, admin);
    setTimeout(() => waiting.delete(id) && reject(new Error(`The admin did not answer “${type}”.`)), type === 'pick' ? 36e5 : 1e4);
  });
  const orders = {
    navigate: ({href}) => location.assign(href),
    'toast-action': ({id}) => toasts.get(id)?.onAction?.(),
    'toast-dismiss': ({id}) => { toasts.get(id)?.onDismiss?.(); toasts.delete(id); },
    'save-bar-save': () => saveBar.current?.save(),
    'save-bar-discard': () => saveBar.current?.discard(),
  };
  addEventListener('message', event => {
    if (event.origin !== admin || event.source !== parent || event.data?.bridge !== 'admin') return;
    const {id, error, body, type} = event.data;
    if (type) return orders[type]?.(body);
    const asker = waiting.get(id);
    waiting.delete(id);
    if (error) asker?.reject(new Error(error)); else asker?.resolve(body);
  });

  // ---- Outside the frame, and without a token --------------------------------------------------------------------
  const embedded = parent !== window;
  const idToken = () => ask('id-token').then(answer => answer.token);
  if (!embedded && !config.disabledFeatures.includes('auto-redirect')) {
    location.replace(`${admin}/admin/apps/postlude${location.pathname.replace(/^\/app(?=\/|$)/, '')}`);
    return;
  }
  const reload = query.get('shopify-reload');
  if (reload) {
    const target = new URL(reload, location.origin);
    if (target.origin !== location.origin) throw new Error('shopify-reload has to stay on the app’s own origin.');
    idToken().then(token => {
      target.searchParams.set('id_token', token);
      location.replace(target);
    });
  }

  // ---- fetch: a token on every request to the app's own origin, one retry when the app asks for a fresh one ---------
  const plainFetch = window.fetch.bind(window);
  const own = url => url.origin === location.origin || config.appOrigins.includes(url.origin);
  async function withToken(input, init) {
    const request = new Request(input, init);
    request.headers.has('Authorization') || request.headers.set('Authorization', `Bearer ${await idToken()}`);
    request.headers.set('X-Requested-With', 'XMLHttpRequest');
    return plainFetch(request);
  }
  if (!config.disabledFeatures.includes('fetch')) window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (!own(url)) return plainFetch(input, init);
    const spare = input instanceof Request ? input.clone() : input;
    const answer = await withToken(input, init);
    const again = answer.status === 401 && answer.headers.get('X-Shopify-Retry-Invalid-Session-Request') === '1';
    return again ? withToken(spare, init) : answer;
  };

  // ---- The global ---------------------------------------------------------------------------------------------------
  const toasts = new Map();
  const toast = {
    show(message, options = {}) {
      const id = `toast-${++count}`;
      toasts.set(id, options);
      tell('toast-show', {id, message, isError: !!options.isError, action: options.action, duration: options.duration ?? 5000});
      return id;
    },
    hide(id) { toasts.delete(id); tell('toast-hide', {id}); },
  };
  const overlay = id => document.getElementById(id) ?? (() => { throw new Error(`There is no modal “${id}”.`); })();
  const modal = {
    show: async id => { const found = overlay(id); (found.showOverlay ?? found.show).call(found); },
    hide: async id => { const found = overlay(id); (found.hideOverlay ?? found.hide).call(found); },
    toggle: async id => { const found = overlay(id); (found.toggleOverlay ?? found.toggle).call(found); },
  };
  const saveBar = {
    current: null,
    open(target) { if (this.current !== target) { this.current = target; tell('save-bar', {open: true}); } },
    close() { if (this.current) { this.current = null; tell('save-bar', {open: false}); } },
    show: async id => document.getElementById(id).show(),
    hide: async id => document.getElementById(id).hide(),
    toggle: async id => { const bar = document.getElementById(id); saveBar.current === bar.target ? bar.hide() : bar.show(); },
    leaveConfirmation: () => saveBar.current ? ask('leave') : Promise.resolve(),
  };
  const ready = new Promise(resolve => document.readyState === 'loading' ? addEventListener('DOMContentLoaded', () => resolve()) : resolve());
  const absent = name => () => Promise.reject(new Error(`The dev store’s App Bridge has no ${name}.`));
  window.shopify = {
    config, origin: admin, ready, idToken, toast, modal, saveBar,
    environment: {embedded, mobile: false, pos: false, intent: null},
    loading: (on = true) => tell('loading', {on}),
    user: () => ask('user'),
    resourcePicker: options => ask('pick', options),
    picker: absent('picker'), reviews: {request: absent('reviews')}, scanner: {capture: absent('scanner')}, pos: {},
    intents: {register: () => () => {}, invoke: absent('intents')}, support: {registerHandler: async () => {}},
    scopes: {query: () => ask('scopes'), request: asked => ask('scopes-request', asked), revoke: gone => ask('scopes-revoke', gone)},
    app: {extensions: () => ask('extensions')},
    webVitals: {onReport: async () => {}}, shopifyQL: {query: absent('ShopifyQL')}, tools: {register: () => () => {}, unregister() {}, clear() {}},
    setSignals() {},
  };

  // ---- Elements that App Bridge brings along ------------------------------------------------------------------------
  const define = (tag, kind) => customElements.get(tag) || customElements.define(tag, kind);
  define('ui-save-bar', class extends HTMLElement {
    connectedCallback() { this.hidden = true; }
    get buttons() { return [...this.querySelectorAll('button')]; }
    get target() {
      return this.own ??= {save: () => this.buttons.find(b => b.getAttribute('variant') === 'primary')?.click(),
        discard: () => this.buttons.find(b => b.getAttribute('variant') !== 'primary')?.click()};
    }
    get showing() { return saveBar.current === this.target; }
    async show() { saveBar.open(this.target); this.dispatchEvent(new Event('show')); }
    async hide() { saveBar.close(); this.dispatchEvent(new Event('hide')); }
    async toggle() { return this.showing ? this.hide() : this.show(); }
  });
  define('ui-modal', class extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      this.attachShadow({mode: 'open'}).innerHTML = '<style>dialog{border:0;border-radius:12px;padding:16px;max-width:min(620px,90vw);box-shadow:0 20px 60px #0005}</style><dialog><slot></slot></dialog>';
      this.dialog.addEventListener('close', () => this.dispatchEvent(new Event('hide')));
    }
    get dialog() { return this.shadowRoot.querySelector('dialog'); }
    async show() { this.dialog.showModal(); this.dispatchEvent(new Event('show')); }
    async hide() { this.dialog.close(); }
    async toggle() { return this.dialog.open ? this.hide() : this.show(); }
  });
  const navigation = class extends HTMLElement {
    connectedCallback() { this.style.display = 'none'; ready.then(() => this.report()); new MutationObserver(() => this.report()).observe(this, {childList: true, subtree: true, attributes: true}); }
    report() {
      const links = [...this.querySelectorAll('s-link, a')].filter(link => link.getAttribute('rel') !== 'home');
      tell('nav', {links: links.map(link => ({href: new URL(link.getAttribute('href'), location.href).pathname, label: link.textContent.trim()}))});
    }
  };
  define('s-app-nav', navigation);
  define('ui-nav-menu', class extends navigation {});
  define('ui-title-bar', class extends HTMLElement { connectedCallback() { this.style.display = 'none'; tell('title', {title: this.getAttribute('title')}); } });

  // ---- Forms with data-save-bar, links out of the frame, where we are ----------------------------------------------------
  const barFor = new WeakMap();
  const changed = event => {
    const form = event.target.closest?.('form[data-save-bar]');
    if (!form) return;
    barFor.has(form) || barFor.set(form, {form, save: () => form.requestSubmit(), discard: () => { form.reset(); saveBar.close(); }});
    saveBar.open(barFor.get(form));
  };
  addEventListener('input', changed);
  addEventListener('change', changed);
  addEventListener('submit', event => event.target.matches?.('form[data-save-bar]') && saveBar.close());
  addEventListener('reset', event => event.target.matches?.('form[data-save-bar]') && saveBar.close());
  new MutationObserver(() => saveBar.current?.form?.isConnected === false && saveBar.close()).observe(document, {childList: true, subtree: true});
  const outside = (href, target) => /^shopify:/.test(href) || target === '_top' || target === '_parent';
  addEventListener('click', event => {
    const link = event.composedPath().find(node => node.localName === 'a' && node.hasAttribute?.('href'));
    if (!link || event.defaultPrevented || !outside(link.getAttribute('href'), link.target)) return;
    event.preventDefault();
    tell('open', {href: link.getAttribute('href')});
  });
  const plainOpen = window.open.bind(window);
  window.open = (href, target, ...rest) => outside(String(href), target) ? (tell('open', {href: String(href)}), null) : plainOpen(href, target, ...rest);
  const report = (facts = {}) => tell('location', {path: location.pathname, search: location.search, title: document.title, ...facts});
  for (const name of ['pushState', 'replaceState']) {
    const plain = history[name].bind(history);
    history[name] = (...given) => { plain(...given); report(); };
  }
  addEventListener('popstate', () => report());
  if (!reload) ready.then(() => report({isFresh: true}));
})();

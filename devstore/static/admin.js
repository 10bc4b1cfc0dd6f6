// The admin's half of App Bridge: answers the app in the frame, and the menu on a phone.
(() => {
  'use strict';
  const $ = id => document.getElementById(id);
  document.querySelector('.menu-button')?.addEventListener('click', event => {
    const open = $('side').classList.toggle('open');
    event.target.setAttribute('aria-expanded', open);
  });
  $('top-staff')?.addEventListener('change', event => event.target.form.submit());
  const frame = $('app-frame');
  if (!frame) return;
  const app = new URL(frame.dataset.appUrl, location.href).origin;
  const send = message => frame.contentWindow.postMessage({bridge: 'admin', ...message}, app);
  const inside = path => path.replace(/^\/app(?=\/|$)/, '');
  let unsaved = false;

  const loading = on => { $('loading').hidden = !on; };
  const saveBar = ({open}) => { unsaved = open; $('save-bar').hidden = !open; };
  const refuseToLeave = () => { $('save-bar').classList.remove('save-bar--shake'); void $('save-bar').offsetWidth; $('save-bar').classList.add('save-bar--shake'); };
  $('save-bar').addEventListener('click', event => event.target.dataset.do && send({type: event.target.dataset.do}));
  addEventListener('beforeunload', event => unsaved && event.preventDefault());

  const toast = ({id, message, isError, action, duration}) => {
    const box = Object.assign(document.createElement('div'), {id, className: isError ? 'toast toast--error' : 'toast'});
    box.append(Object.assign(document.createElement('span'), {textContent: message}));
    if (action) box.append(Object.assign(document.createElement('button'), {type: 'button', textContent: action, onclick: () => { send({type: 'toast-action', body: {id}}); box.remove(); }}));
    box.append(Object.assign(document.createElement('button'), {type: 'button', textContent: 'Dismiss', onclick: () => gone(id)}));
    $('toasts').append(box);
    setTimeout(() => gone(id), duration);
  };
  const gone = id => { if ($(id)) { $(id).remove(); send({type: 'toast-dismiss', body: {id}}); } };

  const nav = ({links}) => {
    $('app-nav').replaceChildren(...links.map(({href, label}) => {
      const item = document.createElement('li'), link = Object.assign(document.createElement('a'), {href: `/admin/apps/postlude${inside(href)}`, textContent: label});
      link.dataset.path = href;
      link.addEventListener('click', event => { event.preventDefault(); unsaved ? refuseToLeave() : send({type: 'navigate', body: {href}}); });
      item.append(link);
      return item;
    }));
    $('app-nav').hidden = !links.length;
    mark();
  };
  let here = '';
  const mark = () => $('app-nav').querySelectorAll('a').forEach(link => link.dataset.path === here ? link.setAttribute('aria-current', 'page') : link.removeAttribute('aria-current'));
  const where = ({path, title, isFresh}) => {
    here = path;
    if (isFresh) saveBar({open: false});
    loading(false);
    history.replaceState(null, '', `/admin/apps/postlude${inside(path)}`);
    document.title = title || 'Postlude';
    mark();
  };
  const open = ({href}) => {
    const admin = href.match(/^shopify:\/*admin\/(\w+)(?:\/(\d+))?/);
    if (!admin) {
      const url = new URL(href, location.href); // the shop's own admin is this one: the theme editor's deep links lead here
      return location.assign(url.hostname === frame.dataset.shop && url.pathname.startsWith('/admin/') ? url.pathname + url.search : href);
    }
    location.assign(['orders', 'products', 'customers'].includes(admin[1]) ? `/admin/${admin[1]}${admin[2] ? `/${admin[2]}` : ''}` : '/admin');
  };

  // ---- Resource picker ----------------------------------------------------------------------------------------------
  async function pick(options) {
    const kind = options.type === 'collection' ? 'collection' : 'product', many = options.multiple, kept = new Map();
    const wanted = new Set((options.selectionIds ?? []).map(each => each.id));
    $('picker-title').textContent = `Choose ${many ? `${kind}s` : `a ${kind}`}`;
    const show = async () => {
      const q = $('picker-q').value, found = await (await fetch(`/admin/picker/${kind}?q=${encodeURIComponent(q)}`)).json();
      if (q !== $('picker-q').value) return; // another word was typed meanwhile
      $('picker-list').replaceChildren(...found.map(entry => {
        const item = document.createElement('li'), label = document.createElement('label');
        const tick = Object.assign(document.createElement('input'), {type: many ? 'checkbox' : 'radio', name: 'picked', checked: kept.has(entry.id) || wanted.has(entry.id)});
        if (tick.checked) kept.set(entry.id, entry);
        tick.addEventListener('change', () => { if (!many) kept.clear(); tick.checked ? kept.set(entry.id, entry) : kept.delete(entry.id); });
        label.append(tick);
        if (entry.images?.[0]) label.append(Object.assign(document.createElement('img'), {src: entry.images[0].originalSrc, alt: ''}));
        label.append(entry.title);
        item.append(label);
        return item;
      }));
    };
    $('picker-q').value = options.query ?? '';
    $('picker-q').oninput = show;
    await show();
    const dialog = $('picker');
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise(resolve => dialog.addEventListener('close', resolve, {once: true}));
    return dialog.returnValue === 'done' ? [...kept.values()] : undefined;
  }

  // ---- What the app may ask, and what it may tell -------------------------------------------------------------------------
  const answers = {
    'id-token': async () => (await fetch('/admin/session-token', {cache: 'no-store'})).json(),
    pick, user: async () => ({accountAccess: 'full'}), leave: async () => { if (unsaved) { refuseToLeave(); throw new Error('There are unsaved changes.'); } },
    scopes: async () => (await fetch('/admin/scopes')).json(), extensions: async () => (await fetch('/admin/extensions')).json(),
    'scopes-request': async () => ({result: 'declined-all', detail: await (await fetch('/admin/scopes')).json()}), 'scopes-revoke': async () => ({detail: await (await fetch('/admin/scopes')).json()}),
  };
  const tellings = {'toast-show': toast, 'toast-hide': ({id}) => gone(id), loading: ({on}) => loading(on), 'save-bar': saveBar, nav, location: where, open, title: ({title}) => { document.title = title; }};
  addEventListener('message', async event => {
    if (event.origin !== app || event.source !== frame.contentWindow || event.data?.bridge !== 'shopify') return;
    const {id, type, body} = event.data;
    if (!id) return tellings[type]?.(body);
    try {
      if (!answers[type]) throw new Error(`The admin does not know “${type}”.`);
      send({id, body: await answers[type](body)});
    } catch (error) { send({id, error: error.message}); }
  });
  frame.src = frame.dataset.src; // what the app tells and asks at once finds somebody who listens
})();

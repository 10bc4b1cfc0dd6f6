// The order's page around the app's extensions: answers their frames, fits them to their content, opens the action.
// Loaded before them, so that nothing they ask goes unheard: what is looked up here is looked up when it is needed.
(() => {
  'use strict';
  const dialog = () => document.getElementById('order-action');
  const frames = () => [...document.querySelectorAll('iframe.extension')];
  const open = () => {
    const frame = dialog().querySelector('iframe');
    frame.src = frame.dataset.src; // a fresh run each time, as Shopify starts it
    dialog().showModal();
  };
  // What was made in the action shows in the block. (A dialog's closing does not bubble.)
  document.addEventListener('close', ({target}) => {
    if (target !== dialog()) return;
    target.querySelector('iframe').removeAttribute('src');
    document.querySelector('.extension--block').src += '';
  }, true);
  document.addEventListener('click', ({target}) => target.closest('#open-order-action') && open());

  const follow = (url) => {
    const app = /^app:\/*(.*)$/.exec(url);
    if (app) return location.assign(`/admin/apps/postlude/${app[1].replace(/^app\/?/, '')}`);
    const admin = /^shopify:\/*admin\/(.*)$/.exec(url);
    if (admin) return location.assign(`/admin/${admin[1]}`);
    if (/^extension:\/*create-return/.test(url)) open();
  };
  const token = async () => (await (await fetch('/admin/session-token', {cache: 'no-store'})).json()).token;
  addEventListener('message', async ({data, source}) => {
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame || typeof data !== 'object' || data === null) return;
    if (data.height) frame.style.height = `${Math.ceil(data.height)}px`;
    if (data.navigate) follow(data.navigate);
    if (data.close) dialog().close();
    if (data.summary !== undefined) frame.title = [frame.dataset.title, data.summary].filter(Boolean).join(': ');
    if (data.ask === 'token') {
      const answer = await token().then((said) => ({said}), (failure) => ({failure: String(failure)}));
      source.postMessage({id: data.id, ...answer}, '*'); // the frame's origin is opaque: there is none to name
    }
  });
})();

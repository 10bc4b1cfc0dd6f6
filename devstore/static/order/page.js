// The order's page around the app's extensions: answers their frames, fits them to their content, opens the action.
(() => {
  'use strict';
  const dialog = document.getElementById('order-action');
  const frames = () => [...document.querySelectorAll('iframe.extension')];
  const open = () => {
    const frame = dialog.querySelector('iframe');
    frame.src = frame.dataset.src; // a fresh run each time, as Shopify starts it
    dialog.showModal();
  };
  // What was made in the action shows in the block.
  dialog.addEventListener('close', () => {
    dialog.querySelector('iframe').removeAttribute('src');
    document.querySelector('.extension--block').src += '';
  });
  document.getElementById('open-order-action').addEventListener('click', open);

  const follow = (url) => {
    const app = /^app:\/*(.*)$/.exec(url);
    if (app) return location.assign(`/admin/apps/postlude/${app[1].replace(/^app\/?/, '')}`);
    const admin = /^shopify:\/*admin\/(.*)$/.exec(url);
    if (admin) return location.assign(`/admin/${admin[1]}`);
    if (/^extension:\/*create-return/.test(url)) open();
  };
  addEventListener('message', async ({data, source}) => {
    const frame = frames().find((each) => each.contentWindow === source);
    if (!frame || typeof data !== 'object' || data === null) return;
    if (data.height) frame.style.height = `${Math.ceil(data.height)}px`;
    if (data.navigate) follow(data.navigate);
    if (data.close) dialog.close();
    if (data.summary !== undefined) frame.title = [frame.dataset.title, data.summary].filter(Boolean).join(': ');
    if (data.ask === 'token') {
      const {token} = await (await fetch('/admin/session-token', {cache: 'no-store'})).json();
      source.postMessage({id: data.id, said: token}, '*'); // the frame's origin is opaque: there is none to name
    }
  });
})();

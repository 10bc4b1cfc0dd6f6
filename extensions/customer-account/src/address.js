/** Where the app answers: put in when the extension is built, or the address of `shopify.app.toml`. */
export const APP_URL = (() => {
  try {
    return process.env.APP_URL || 'https://postlude.example.com';
  } catch {
    return 'https://postlude.example.com'; // nothing was put in, and a worker knows no process
  }
})();

/** The full page of an order, from anywhere in the account. @param {string} orderId a number or a global id */
export function returnPage(orderId) {
  return `extension:return-page/customer-account.order.page.render/${number(orderId)}/`;
}

/** The order's own page in the account. @param {string} orderId */
export function orderPage(orderId) {
  return `shopify:customer-account/orders/${number(orderId)}`;
}

/** @param {string} id `gid://shopify/Order/1` or `1` */
export function number(id) {
  return id.slice(id.lastIndexOf('/') + 1);
}

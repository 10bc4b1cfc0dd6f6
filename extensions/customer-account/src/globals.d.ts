/* What Shopify's host puts into each worker, and what the bundler puts in. Files that serve several targets know the
   page's, which has all that the others have but the menu's order. */
import '@shopify/ui-extensions';
import type {Api as Menu} from '@shopify/ui-extensions/customer-account.order.action.menu-item.render';
import type {Api as Block} from '@shopify/ui-extensions/customer-account.order-status.block.render';
import type {Api as Page} from '@shopify/ui-extensions/customer-account.order.page.render';

declare global {
  const process: {env: {APP_URL?: string}};
}

declare module './MenuItem.jsx' {
  const shopify: Menu;
}
declare module './OrderReturns.jsx' {
  const shopify: Block;
}
declare module './ReturnPage.jsx' {
  const shopify: Page;
}
declare module './asked.jsx' {
  const shopify: Page;
}
declare module './api.js' {
  const shopify: Page;
}
declare module './flow.js' {
  const shopify: Page;
}
declare module './shown.jsx' {
  const shopify: Page;
}
declare module './items.jsx' {
  const shopify: Page;
}
declare module './review.jsx' {
  const shopify: Page;
}
declare module './status.jsx' {
  const shopify: Page;
}

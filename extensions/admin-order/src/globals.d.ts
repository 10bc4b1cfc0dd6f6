/* What Shopify's host puts into each worker. Files that serve both targets know the block's, and use what both have. */
import '@shopify/ui-extensions';
import type {Api as ActionApi} from '@shopify/ui-extensions/admin.order-details.action.render';
import type {Api as BlockApi} from '@shopify/ui-extensions/admin.order-details.block.render';

declare module './Block.jsx' {
  const shopify: BlockApi;
}
declare module './Action.jsx' {
  const shopify: ActionApi;
}
declare module './api.js' {
  const shopify: BlockApi;
}
declare module './form.jsx' {
  const shopify: ActionApi;
}
declare module './glance.jsx' {
  const shopify: BlockApi;
}
declare module './sum.jsx' {
  const shopify: ActionApi;
}

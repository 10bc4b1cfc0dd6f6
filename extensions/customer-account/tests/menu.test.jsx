/// <reference types="@shopify/ui-extensions/customer-account.order.action.menu-item.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {OVERVIEW, WITHDRAW} from './answers.js';

const extension = getExtension('customer-account.order.action.menu-item.render');
const button = () => document.body.querySelector('s-button');
const app = (status, body) => vi.fn(async () => new Response(JSON.stringify(body), {status}));

beforeEach(() => extension.setUp());
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

test('an order of which something can come back has the item, and it leads to the page of that order', async () => {
  vi.stubGlobal('fetch', app(200, OVERVIEW));
  await extension.render();

  expect(button().textContent).toBe('menu.start');
  expect(button().getAttribute('href')).toBe('extension:return-page/customer-account.order.page.render/1/');
});

test('a return under way is followed where nothing more can be started', async () => {
  const returns = [{rma: 'R-1', at: 'returns/r/KEY', title: 'We have your request', is_open: true}];
  vi.stubGlobal('fetch', app(200, {...OVERVIEW, can_start: false, returns}));
  await extension.render();

  expect(button().textContent).toBe('menu.follow');
});

test('where only the right of withdrawal is left, the item is that', async () => {
  vi.stubGlobal('fetch', app(200, {...OVERVIEW, can_start: false, withdraw: WITHDRAW}));
  await extension.render();

  expect([button().textContent, button().getAttribute('href')]).toEqual([WITHDRAW.label, WITHDRAW.url]);
});

test.each([
  ['nothing can come back', 200, {...OVERVIEW, can_start: false}],
  ['the order is somebody else’s', 404, {error: 'There is no such order in your account.'}],
  ['nobody has signed in', 403, {error: 'Please sign in.'}],
])('there is no item where %s', async (_why, status, body) => {
  vi.stubGlobal('fetch', app(status, body));
  await extension.render();

  expect(button()).toBeNull();
});

test('where the app does not answer the item is there all the same', async () => {
  vi.stubGlobal('fetch', vi.fn().mockRejectedValue(new TypeError('network')));
  await extension.render();

  expect(button()).not.toBeNull();
});

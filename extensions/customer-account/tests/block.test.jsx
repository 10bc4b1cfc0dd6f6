/// <reference types="@shopify/ui-extensions/customer-account.order-status.block.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {OVERVIEW, WITHDRAW} from './answers.js';

const extension = getExtension('customer-account.order-status.block.render');

beforeEach(() => extension.setUp());
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

test('the order’s returns are told on its page, with a way to each', async () => {
  const returns = [{rma: 'R-1', at: 'returns/r/KEY', title: 'We have your request', is_open: true}];
  vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({...OVERVIEW, returns}))));
  await extension.render();

  expect(document.body.textContent).toContain('R-1');
  expect(document.body.textContent).toContain('We have your request');
  expect(document.body.querySelector('s-link').getAttribute('href')).toMatch(/^extension:return-page\/.*\/1\/$/);
});

test('while the right of withdrawal exists its function is on the order’s page, whether or not there are returns', async () => {
  vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({...OVERVIEW, withdraw: WITHDRAW}))));
  await extension.render();

  const links = [...document.body.querySelectorAll('s-link')];
  expect(links.map((each) => each.textContent)).toEqual(['Withdraw from contract here']);
  expect(links[0].getAttribute('href')).toBe(WITHDRAW.url);
  expect(document.body.querySelector('s-section').getAttribute('heading')).toBeNull();
});

test('returns have a heading, also beside the right of withdrawal', async () => {
  const returns = [{rma: 'R-1', at: 'returns/r/KEY', title: 'We have your request', is_open: true}];
  vi.stubGlobal('fetch', vi.fn(async () => new Response(JSON.stringify({...OVERVIEW, returns, withdraw: WITHDRAW}))));
  await extension.render();

  expect(document.body.querySelector('s-section').getAttribute('heading')).toBe('block.heading');
});

test.each([
  ['no return', () => Promise.resolve(new Response(JSON.stringify(OVERVIEW)))],
  ['no answer', () => Promise.reject(new TypeError('network'))],
])('with %s there is nothing', async (_why, answer) => {
  vi.stubGlobal('fetch', vi.fn(answer));
  await extension.render();

  expect(document.body.children).toHaveLength(0);
});

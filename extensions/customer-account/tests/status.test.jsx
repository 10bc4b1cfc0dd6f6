/// <reference types="@shopify/ui-extensions/customer-account.order.page.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {asked, OVERVIEW, owed, status} from './answers.js';

const extension = getExtension('customer-account.order.page.render');
const buttons = () => [...document.body.querySelectorAll('s-button')];
let sent;

beforeEach(() => {
  extension.setUp();
  sent = [];
});
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

/** The page of Ada's return, by way of the list of her returns. */
async function followed(page, after = page) {
  const returns = [{rma: 'R-1', at: 'returns/r/KEY', title: 'We have your request', is_open: true}];
  vi.stubGlobal('fetch', async (address, {method}) => {
    const path = new URL(address).pathname.replace('/account/', '');
    if (method === 'POST') sent.push(path);
    const said = path === 'returns' ? {...OVERVIEW, returns} : method === 'POST' ? after : page;
    return new Response(JSON.stringify(said));
  });
  await extension.render();
  await vi.waitFor(() => expect(buttons().some((each) => each.textContent === 'page.follow')).toBe(true));
  buttons().find((each) => each.textContent === 'page.follow').dispatchEvent(new Event('click'));
  await vi.waitFor(() => expect(document.querySelector('s-page').getAttribute('heading')).toMatch(/R-1|W-1/));
}

test('where the label ended, another is asked for by a button', async () => {
  const sending = {ways: [], instructions: []};
  const ended = {label: 'Ask for a new label', url: '', lines: ['Your return label ended on Monday.'], asks: true};
  await followed(status({sending, papers: [ended]}), status({notice: 'We write to you.', sending}));
  buttons().find((each) => each.textContent === 'Ask for a new label').dispatchEvent(new Event('click'));
  await vi.waitFor(() => expect(document.querySelector('s-banner')).not.toBeNull());

  expect(sent).toEqual(['returns/r/KEY/label']);
});

test('a return is called off, and the page says so in its one banner', async () => {
  await followed(status(), status({notice: 'The return is cancelled.', may_cancel: false, mood: 'look'}));
  buttons().find((each) => each.textContent === 'Cancel the return').dispatchEvent(new Event('click'));
  await vi.waitFor(() => expect(document.querySelector('s-banner')).not.toBeNull());

  expect(sent).toEqual(['returns/r/KEY/cancel']);
  const banners = [...document.querySelectorAll('s-banner')].map((each) => each.getAttribute('heading'));
  expect(banners).toEqual(['The return is cancelled.']);
  expect(buttons().map((each) => each.textContent)).not.toContain('Cancel the return');
});

test('what is still to be paid is paid on Shopify’s own page', async () => {
  await followed(status({balance: owed}));

  const pay = buttons().find((each) => each.textContent === 'Pay €12.00');
  expect([pay.getAttribute('href'), pay.getAttribute('target')]).toEqual(['https://shop.example/pay', '_blank']);
});

test('what the shop found is told with its sums, and answered in the shop', async () => {
  await followed(status({asked}));

  expect(document.body.textContent).toContain('Accepted at 50 %');
  expect(document.body.textContent).toContain('€24.30');
  const shop = buttons().find((each) => each.textContent === 'portal.open');
  expect(shop.getAttribute('href')).toBe('https://shop.example/apps/order-care/returns/r/KEY');
});

test('a withdrawal is called by its own number', async () => {
  await followed(status({called: 'Withdrawal W-1'}));

  expect(document.querySelector('s-page').getAttribute('heading')).toBe('Withdrawal W-1');
});

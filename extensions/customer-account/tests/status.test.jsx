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
  expect(shop.getAttribute('href')).toBe('https://shop.example/apps/order-care/returns/r/KEY?lang=en');
});

test('a withdrawal is called by its own number', async () => {
  await followed(status({called: 'Withdrawal W-1'}));

  expect(document.querySelector('s-page').getAttribute('heading')).toBe('Withdrawal W-1');
});

test('where what was chosen anew is sold out, the new items are chosen again', async () => {
  await followed(status({choose_again: true, may_change: true}));

  const section = [...document.querySelectorAll('s-section')].find((each) => each.getAttribute('heading') === 'Again');
  section.querySelector('s-button').dispatchEvent(new Event('click'));
  await vi.waitFor(() => expect(sent).toEqual(['returns/r/KEY/change']));
});

test('the pieces that wait for another choice are named beside it', async () => {
  const item = {title: 'Red mug', variant: '', quantity: 2, picture: null};
  await followed(status({anew: {}, anew_items: [{item, facts: ['Sold out']}]}));

  expect(document.body.textContent).toContain('2 × Red mug');
});

test('a settled part names what comes instead', async () => {
  const part = {
    label: 'Exchange', titles: ['Wool shirt'], amount: owed.rest, bonus: {...owed.rest, amount: '0.00'}, lines: [],
    freed: null, working: [], shown: null, new: [{title: 'Blue lamp', variant: 'Tall', quantity: 2, picture: null}],
  };
  await followed(status({parts: [part]}));

  expect(document.body.textContent).toContain('2 × Blue lamp');
});

test('each way out of an inspection says what follows and how its sum comes about', async () => {
  const working = [{label: 'For the shirt', amount: owed.rest, title: '', is_sum: true}];
  await followed(status({asked: {...asked, ways: [{...asked.ways[0], lines: ['Instead of the exchange.'], working}]}}));

  expect(document.body.textContent).toContain('Instead of the exchange.');
  expect(document.querySelector('s-details').textContent).toContain('For the shirt');
});

test('the shop’s pictures of what it found are opened in the shop', async () => {
  const pieces = [{...asked.pieces[0], photos: [{id: 3, url: '/apps/order-care/returns/r/KEY/inspection-photo/3'}]}];
  await followed(status({asked: {...asked, pieces}}));

  const link = [...document.querySelectorAll('s-link')].find((each) => each.textContent === 'Our picture 1 of Wool shirt');
  expect(link.getAttribute('href')).toBe('https://shop.example/apps/order-care/returns/r/KEY/inspection-photo/3?lang=en');
});

test.each([
  ['1 Dec', 'We answer by 1 Dec.'],
  [null, 'Until we have answered nothing happens.'],
])('while the shop looks once more it is said by when it answers (%s)', async (looked_at_by, words) => {
  await followed(status({asked: {...asked, ways: [], appeal: 'It was new.', looked_at_by}}));

  expect(document.body.textContent).toContain(words);
});

test.each([{called: 'Withdrawal W-1'}, {asked}, {is_over: true}])(
  'what need not be sent back is not said to be: %j',
  async (more) => {
    await followed(status(more));

    const headings = [...document.querySelectorAll('s-section')].map((each) => each.getAttribute('heading'));
    expect(headings).toContain('What it is about');
    expect(headings).not.toContain('You send back');
  },
);

/// <reference types="@shopify/ui-extensions/customer-account.order.page.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {away, gone, items, outcome, OVERVIEW, review, shop, WITHDRAW} from './answers.js';

const extension = getExtension('customer-account.order.page.render');
const $ = (selector) => document.body.querySelector(selector);
const all = (selector) => [...document.body.querySelectorAll(selector)];
const seen = (look) => vi.waitFor(() => expect(look()).toBeTruthy());
const pressed = (element) => element.dispatchEvent(new Event('click', {bubbles: true}));
const filled = (element, facts) => {
  Object.assign(element, facts);
  element.dispatchEvent(new Event('change', {bubbles: true}));
};
/** The tester's forms submit nothing by themselves. */
const sent = () => $('s-form').dispatchEvent(new Event('submit', {bubbles: true, cancelable: true}));

let asked;
let answers;
beforeEach(() => {
  extension.setUp();
  asked = [];
  answers = {};
  vi.stubGlobal('fetch', async (address, {method, headers, body}) => {
    const url = new URL(address);
    const path = url.pathname.replace('/account/', '');
    asked.push({path, method, body: body ? Object.fromEntries(body) : undefined, token: headers.Authorization});
    const answer = answers[`${method} ${path}`] ?? answers[path];
    const [status, said] = typeof answer === 'function' ? answer() : [200, answer];
    if (status === 0) throw new TypeError('network');
    return new Response(JSON.stringify(said), {status});
  });
});
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

const begun = async (page) => {
  answers.returns = OVERVIEW;
  answers['returns/begin'] = page;
  await extension.render();
  await seen(() => $('s-form') ?? $('s-paragraph'));
};

test('a return begins at once and goes on with what was filled in', async () => {
  answers['returns/TOKEN/items'] = outcome();
  await begun(items());
  expect($('s-page').getAttribute('heading')).toBe('What would you like to send back?');
  expect($('s-page').getAttribute('subheading')).toBe('Return for order #1001 · Step 1 of 5');

  filled($('s-select'), {value: '2'});
  sent();
  await seen(() => $('s-choice-list'));

  expect(asked.at(-1)).toMatchObject({path: 'returns/TOKEN/items', method: 'POST', body: {'quantity-7': '2'}});
  expect(asked.at(-1).token).toBe('Bearer mock-session-token');
});

test('the ways stand side by side with the quote’s own figures, and none is chosen', async () => {
  await begun(outcome());

  const shown = all('s-choice').map((each) => [each.getAttribute('value'), each.textContent]);
  expect(shown.map(([value]) => value)).toEqual(['store_credit', 'variant_exchange', 'refund']);
  expect(shown[0][1]).toContain('€53.10');
  expect(shown[1][1]).toContain('€0.00 to pay');
  expect(document.body.textContent).toContain('you paid €45.00 (€50.00 − €5.00 discount) + €3.60 tax');
  sent();
  await vi.waitFor(() => expect(asked.at(-1).body).toMatchObject({outcome: '', quote: 'Q1'}));
});

test('a refusal is said where its reader is: the banner may be screens above the button', async () => {
  answers['returns/TOKEN/items'] = () => [422, items({problems: [['quantity-7', 'Please choose at least one item.']]})];
  await begun(items());
  const show = vi.fn(async () => ({hide: () => {}}));
  shopify.toast = {show};
  sent();
  await vi.waitFor(() => expect(show.mock.calls).toEqual([['Please choose at least one item.']]));

  answers['returns/TOKEN/items'] = () => [0];
  sent();
  await vi.waitFor(() => expect(show).toHaveBeenLastCalledWith('failed.unreachable'));
  expect($('s-form')).not.toBeNull();
});

test('an exchange asks for the size and sends it', async () => {
  await begun(outcome());
  expect($('s-select')).toBeNull();

  filled($('s-choice-list'), {values: ['variant_exchange']});
  await seen(() => $('s-select'));
  filled($('s-select'), {value: '42'});
  sent();

  await vi.waitFor(() => expect(asked.at(-1).body).toMatchObject({outcome: 'variant_exchange', 'replacement-7': '42'}));
});

test('what is missing is said at its field, and what was typed stays', async () => {
  const problems = [['quantity-7', 'Only 1 of it can still come back.']];
  answers['returns/TOKEN/items'] = () => [422, items({problems})];
  await begun(items());

  filled($('s-select'), {value: '2'});
  sent();
  await seen(() => $('s-banner'));

  expect($('s-select').getAttribute('error')).toBe('Only 1 of it can still come back.');
  expect(String($('s-select').value ?? $('s-select').getAttribute('value'))).toBe('2');
});

test('a stale token is renewed once and nothing is typed again', async () => {
  let isStale = true;
  const tokens = vi.fn(async () => (isStale ? 'stale' : 'fresh'));
  await begun(items());
  extension.shopify.sessionToken.get = tokens;
  answers['returns/TOKEN/items'] = () => {
    if (!isStale) return [200, outcome()];
    isStale = false;
    return [401, {error: 'The session has ended.'}];
  };

  filled($('s-select'), {value: '1'});
  sent();
  await seen(() => $('s-choice-list'));

  const posts = asked.filter(({method, path}) => method === 'POST' && path === 'returns/TOKEN/items');
  expect(posts.map(({token, body}) => [token, body['quantity-7']])).toEqual([
    ['Bearer stale', '1'],
    ['Bearer fresh', '1'],
  ]);
});

test('a session that is over is said once the renewed token is refused too', async () => {
  answers['returns/TOKEN/items'] = () => [401, {error: 'The session has ended.'}];
  await begun(items());
  sent();
  await seen(() => $('s-banner'));

  expect($('s-banner').getAttribute('heading')).toBe('failed.signed_out');
  expect(asked.filter(({path}) => path === 'returns/TOKEN/items')).toHaveLength(2);
});

test('where nobody answers the page stays, and trying again sends the same', async () => {
  let isDown = true;
  answers['returns/TOKEN/items'] = () => (isDown ? [0] : [200, outcome()]);
  await begun(items());
  filled($('s-select'), {value: '2'});
  sent();
  await seen(() => $('s-banner'));
  expect($('s-banner').getAttribute('heading')).toBe('failed.unreachable');

  isDown = false;
  pressed($('s-banner s-button'));
  await seen(() => $('s-choice-list'));

  expect(asked.at(-1).body).toEqual({'quantity-7': '2'});
});

test('an answer that never comes is waited for no longer, and trying again sends the same', async () => {
  await begun(items());
  filled($('s-select'), {value: '2'});
  const answering = globalThis.fetch;
  const hanging = vi.fn(() => new Promise(() => {}));
  vi.stubGlobal('fetch', hanging);
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
  sent();
  await vi.waitFor(() => expect(hanging).toHaveBeenCalled());
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  await seen(() => $('s-banner'));
  expect($('s-banner').getAttribute('heading')).toBe('failed.unreachable');

  vi.stubGlobal('fetch', answering);
  answers['returns/TOKEN/items'] = outcome();
  pressed($('s-banner s-button'));
  await seen(() => $('s-choice-list'));

  expect(asked.at(-1).body).toEqual({'quantity-7': '2'});
});

test('a step that only the shop has is opened there, for the same return and in the same language', async () => {
  await begun(shop());

  const link = all('s-button').find((each) => each.getAttribute('target') === '_blank');
  expect(link.getAttribute('href')).toBe('https://shop.example/apps/order-care/returns/TOKEN/shop?lang=de');
});

test('a draft that is over can be begun again', async () => {
  await begun(gone());
  expect($('s-page').getAttribute('heading')).toBe('Please start your return again');

  answers['returns/begin'] = items();
  pressed(all('s-button').find((each) => each.textContent === 'page.begin'));
  await seen(() => $('s-select'));
});

test('a return that is being put together is found again after a reload', async () => {
  answers.returns = OVERVIEW;
  answers['returns/TOKEN/outcome'] = outcome();
  await extension.shopify.storage.write('return:gid://shopify/Order/1', 'returns/TOKEN/outcome');
  extension.shopify.storage.read = async () => 'returns/TOKEN/outcome';
  await extension.render();
  await seen(() => $('s-choice-list'));

  expect(asked.map(({path}) => path)).not.toContain('returns/begin');
});

test('while Shopify is away the page stays with what was typed, and trying again goes on', async () => {
  let isAway = true;
  answers['returns/TOKEN/items'] = () => (isAway ? [503, away()] : [200, outcome()]);
  await begun(items());
  filled($('s-select'), {value: '2'});
  sent();
  await seen(() => $('s-banner'));
  expect($('s-banner').getAttribute('heading')).toBe('failed.unreachable');
  expect($('s-select')).not.toBeNull();

  isAway = false;
  pressed($('s-banner s-button'));
  await seen(() => $('s-choice-list'));

  expect(asked.at(-1).body).toEqual({'quantity-7': '2'});
});

test('a return that is being put together is not begun anew because nobody could look for it', async () => {
  let isAway = true;
  answers.returns = OVERVIEW;
  answers['returns/begin'] = items();
  answers['returns/TOKEN/outcome'] = () => (isAway ? [503, away()] : [200, outcome()]);
  extension.shopify.storage.read = async () => 'returns/TOKEN/outcome';
  await extension.render();
  await seen(() => $('s-banner') ?? $('s-form'));

  isAway = false;
  pressed($('s-banner s-button'));
  await seen(() => $('s-choice-list'));

  expect(asked.map(({path}) => path)).not.toContain('returns/begin');
});

test('returns that were sent in are listed, and another may be begun', async () => {
  answers.returns = {...OVERVIEW, returns: [{rma: 'R-1', at: 'returns/r/KEY', title: 'We have your request', is_open: true}]};
  await extension.render();
  await seen(() => $('s-section'));

  expect($('s-section').getAttribute('heading')).toBe('R-1');
  expect(all('s-button').map((each) => each.textContent)).toContain('page.begin');
  expect(asked).toHaveLength(1);
});

test('what a step in the shop came to is asked for again where nobody answered', async () => {
  let isDown = true;
  answers['returns/TOKEN/review'] = () => (isDown ? [0] : [200, outcome()]);
  await begun(shop());
  pressed(all('s-button').find((each) => each.textContent === 'portal.done'));
  await seen(() => $('s-banner'));
  expect($('s-banner').getAttribute('heading')).toBe('failed.unreachable');

  isDown = false;
  pressed($('s-banner s-button'));
  await seen(() => $('s-choice-list'));
});

test('one thing is asked at a time: a step back does not arrive after the step that was taken', async () => {
  const held = [];
  await begun(outcome());
  const answered = fetch;
  vi.stubGlobal('fetch', async (...asking) => {
    await new Promise((resolve) => held.push(resolve));
    return answered(...asking);
  });
  answers['POST returns/TOKEN/outcome'] = shop();
  answers['GET returns/TOKEN/items'] = items();

  sent();
  pressed(all('s-link').find((each) => each.textContent === 'Back'));
  sent();
  await vi.waitFor(() => expect(held.length).toBeGreaterThan(0));
  while (held.length) {
    held.splice(0).reverse().forEach((resolve) => resolve());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  await seen(() => all('s-button').some((each) => each.textContent === 'portal.done'));
  expect(asked.filter(({path, method}) => method === 'POST' && path === 'returns/TOKEN/outcome')).toHaveLength(1);
  expect(asked.map(({method, path}) => `${method} ${path}`)).not.toContain('GET returns/TOKEN/items');
});

test('a change of a return is called one, and is confirmed or left as such', async () => {
  const change = {rma: 'R-1', status_url: '/apps/order-care/returns/r/KEY?lang=en', rows: []};
  answers['GET returns/r/KEY'] = gone();
  await begun(review({changes: true}, change));
  expect($('s-page').getAttribute('subheading')).toContain('Change of your return for order #1001');
  expect(all('s-button').map((each) => each.textContent)).toContain('Confirm the change');

  pressed(all('s-link').find((each) => each.textContent === 'Leave it as it is'));
  await vi.waitFor(() => expect(asked.at(-1)).toMatchObject({method: 'GET', path: 'returns/r/KEY'}));
});

test('a new return is confirmed as one', async () => {
  await begun(review());

  expect(all('s-button').map((each) => each.textContent)).toContain('Confirm the return');
  expect(document.body.textContent).not.toContain('Leave it as it is');
});

test('what the shop’s own page says of an order that cannot come back is said, and the right of withdrawal with it', async () => {
  const lines = ['Returns are not taken online here.'];
  const shut = {title: 'Please write to us about a return', lines, next: null, contact: {label: 'Write to us', url: 'mailto:m@x'}};
  answers.returns = {...OVERVIEW, can_start: false, withdraw: WITHDRAW};
  answers['returns/begin'] = () => [403, {page: 'message', at: null, words: {}, model: shut}];
  await extension.render();
  await seen(() => $('s-paragraph'));

  expect($('s-page').getAttribute('heading')).toBe('Please write to us about a return');
  expect(all('s-paragraph').map((each) => each.textContent)).toEqual(lines);
  expect(all('s-link').map((each) => each.getAttribute('href'))).toEqual(['mailto:m@x', WITHDRAW.url]);
  expect($('s-button[variant=primary]')).toBeNull();
});

test('a message leads to where it says, and to the shop’s people', async () => {
  const message = gone();
  message.model.next = {label: 'To your return', url: '/apps/order-care/returns/r/KEY?lang=en'};
  message.model.contact = {label: 'Write to us', url: 'mailto:mara@example.com?subject='};
  answers['GET returns/r/KEY'] = items();
  await begun(message);
  const links = all('s-link');
  expect(links.find((each) => each.textContent === 'Write to us').getAttribute('href')).toBe(message.model.contact.url);

  pressed(links.find((each) => each.textContent === 'To your return'));
  await seen(() => $('s-select'));
});

/// <reference types="@shopify/ui-extensions/admin.order-details.block.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {app, GLANCE, refusal} from './answers.js';

const extension = getExtension('admin.order-details.block.render');

beforeEach(() => {
  extension.setUp();
  extension.shopify.data = {selected: [{id: 'gid://shopify/Order/1042'}]};
});
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

const words = () => document.body.textContent;
const block = () => document.body.querySelector('s-admin-block');
async function shown(answers, what) {
  const fetched = vi.fn(app({'GET order': answers}));
  vi.stubGlobal('fetch', fetched);
  await extension.render();
  await vi.waitFor(() => expect(block().innerHTML).toContain(what));
  return fetched;
}

test('while the app has not answered something turns', async () => {
  vi.stubGlobal('fetch', vi.fn(() => new Promise(() => {})));
  await extension.render();

  expect(document.body.querySelector('s-spinner').getAttribute('accessibilityLabel')).toBe('loading');
});

test('an answer that never comes is waited for no longer, and can be asked for again', async () => {
  const hanging = vi.fn(() => new Promise(() => {}));
  vi.stubGlobal('fetch', hanging);
  vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
  await extension.render();
  await vi.waitFor(() => expect(hanging).toHaveBeenCalled());
  await vi.advanceTimersByTimeAsync(60_000);
  vi.useRealTimers();
  await vi.waitFor(() => expect(words()).toContain('error.late'));

  vi.stubGlobal('fetch', app({'GET order': [GLANCE]}));
  document.body.querySelector('s-banner s-button').dispatchEvent(new Event('click', {bubbles: true}));
  await vi.waitFor(() => expect(words()).toContain('R-1042-1'));
});

test('the parcel is there with its state, its day, how that is known, and its number', async () => {
  const fetched = await shown([GLANCE], '00340434161094042557');

  expect(fetched.mock.calls[0][0]).toMatch(/^\/account\/staff\/order\?order=gid%3A%2F%2Fshopify%2FOrder%2F1042&lang=/);
  const [badge] = document.body.querySelectorAll('s-badge');
  expect([badge.textContent, badge.getAttribute('tone')]).toEqual(['On its way', 'info']);
  expect(words()).toContain('DHL Paket gave this date. Was Monday, now tomorrow.');
  const number = [...document.body.querySelectorAll('s-link')].find((each) => each.textContent.startsWith('0034'));
  expect(number.getAttribute('href')).toBe('https://www.dhl.de/track');
});

test('returns, the last day and the app are a click away', async () => {
  await shown([GLANCE], 'R-1042-1');

  const links = [...document.body.querySelectorAll('s-link')].map((each) => each.getAttribute('href'));
  expect(links).toEqual(['https://www.dhl.de/track', 'app:app/returns/R-1042-1', 'app:app/returns?q=1042']);
  expect(words()).toContain('until Tuesday, 1 December');
});

test('folded it says the states and how many returns', async () => {
  await shown([GLANCE], 'R-1042-1');

  expect(block().getAttribute('collapsedSummary')).toBe('On its way · block.returns');
});

test('making a return opens the action', async () => {
  extension.shopify.navigation = {navigate: vi.fn()};
  await shown([GLANCE], 'R-1042-1');

  document.body.querySelector('s-button').click();

  expect(extension.shopify.navigation.navigate).toHaveBeenCalledWith('extension://create-return');
});

test('where nothing can come back it says so and offers no return', async () => {
  await shown([{...GLANCE, nothing: 'Nothing of this order can come back.'}], 'R-1042-1');

  expect(words()).toContain('Nothing of this order can come back.');
  expect(document.body.querySelector('s-button')).toBeNull();
});

test('an order of which nothing was sent says so, and has no empty headings', async () => {
  const bare = {...GLANCE, parcels: [], returns: [], last_days: []};
  await shown([{...bare, waiting: {pieces: 3, arrival: null}}], 'block.waiting');
  expect(document.body.querySelectorAll('s-heading')).toHaveLength(0);
  expect(block().getAttribute('collapsedSummary')).toBe('block.unsent');
});

test('of an order that was cancelled, or came by e-mail, nothing is to be sent', async () => {
  await shown([{...GLANCE, parcels: [], returns: [], last_days: []}], 'block.no_goods');

  expect(block().getAttribute('collapsedSummary')).toBe('block.no_goods');
  expect(words()).not.toContain('block.unsent');
});

test('a day that has passed is not promised any more', async () => {
  const [parcel] = GLANCE.parcels;
  await shown([{...GLANCE, parcels: [{...parcel, arrival: {...parcel.arrival, is_past: true}}]}], 'block.was_due');

  expect(words()).not.toContain('block.arrives');
});

test('several parcels are told apart, and items that end on different days are named', async () => {
  const [parcel] = GLANCE.parcels;
  const days = [{items: 'Shirt', until: 'until Friday'}, {items: 'Mug', until: 'ended Monday'}];
  await shown([{...GLANCE, parcels: [parcel, {...parcel, number: 2, nth: 2, numbers: [{number: '7', url: null}]}], last_days: days}], 'Shirt: until Friday');

  expect(words()).toContain('block.nth');
  expect(words()).toContain('Mug: ended Monday');
});

test('an e-mail and a parcel that was called off are no parcels: neither is named nor counted', async () => {
  const [parcel] = GLANCE.parcels;
  const bare = {...parcel, nth: null, carrier: null, numbers: [], arrival: null, news: null};
  const mail = {...bare, number: 1, label: 'Sent by e-mail'};
  const off = {...bare, number: 3, label: 'Shipment cancelled'};
  await shown([{...GLANCE, parcels: [mail, {...parcel, number: 2, carrier: null}, off]}], 'Shipment cancelled');

  expect(words()).not.toContain('block.nth');
  expect(words().split('block.parcel')).toHaveLength(2);
});

test('a token that has run out is renewed once', async () => {
  const fetched = await shown([refusal(401, {error: 'x'}), GLANCE], 'R-1042-1');

  expect(fetched).toHaveBeenCalledTimes(2);
});

test.each([
  ['a refusal in the app’s words', refusal(403, {error: 'Not you.'}), 'Not you.', 'critical'],
  ['an order that is not here yet', refusal(404, {error: 'Not here yet.'}), 'Not here yet.', 'info'],
  ['a session that is over', refusal(401, {error: 'x'}), 'error.session', 'critical'],
  ['no answer', new TypeError('network'), 'error.offline', 'critical'],
  ['an answer that is none', new Response('<html>', {status: 502}), 'error.offline', 'critical'],
])('%s is said, and can be tried again', async (_why, answer, sentence, tone) => {
  const again = answer instanceof Response && answer.status === 401 ? [answer, answer] : [answer];
  await shown([...again, GLANCE], sentence);
  expect(document.body.querySelector('s-banner').getAttribute('tone')).toBe(tone);

  document.body.querySelector('s-banner s-button').click();

  await vi.waitFor(() => expect(words()).toContain('R-1042-1'));
});

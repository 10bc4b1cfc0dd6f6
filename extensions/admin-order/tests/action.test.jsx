/// <reference types="@shopify/ui-extensions/admin.order-details.action.render" />
import {getExtension} from '@shopify/ui-extensions-tester';
import {afterEach, beforeEach, expect, test, vi} from 'vitest';
import {app, MADE, PRICED, refusal, RETURNABLE} from './answers.js';

const extension = getExtension('admin.order-details.action.render');

beforeEach(() => {
  extension.setUp();
  extension.shopify.data = {selected: [{id: 'gid://shopify/Order/1042'}]};
  extension.shopify.close = vi.fn();
});
afterEach(() => {
  extension.tearDown();
  vi.unstubAllGlobals();
});

const find = (selector) => document.body.querySelector(selector);
const field = (label) => find(`[label="${label}"]`);
const press = (slot) => find(`s-button[slot="${slot}"]`).click();
const body = (fetched, place) => JSON.parse(fetched.mock.calls[place][1].body);

async function shown(answers, label = 'action.pieces') {
  const fetched = vi.fn(app({'GET return': [RETURNABLE], 'POST return/price': [PRICED], 'POST return': [MADE], ...answers}));
  vi.stubGlobal('fetch', fetched);
  await extension.render();
  await vi.waitFor(() => expect(field(label) ?? find('s-banner, s-paragraph')).not.toBeNull());
  return fetched;
}
async function type(label, value, event = 'change') {
  field(label).value = value;
  field(label).dispatchEvent(new Event(event, {bubbles: true}));
  await new Promise((resolve) => setTimeout(resolve));
}
async function one(outcome = 'refund') {
  await type('action.pieces', '1', 'input');
  await type('action.outcome', outcome);
  await type('action.reason', 'size-too-small');
}

test('what can come back is there with its number, what cannot with the reason', async () => {
  await shown();

  expect(field('action.pieces').getAttribute('max')).toBe('2');
  expect(document.body.textContent).toContain('This item was sold as final sale.');
  expect(document.body.querySelectorAll('s-number-field')).toHaveLength(1);
  expect(find('s-link').getAttribute('href')).toBe('app:app/returns/new?order=1042');
});

test('choices come once pieces are chosen, and only those that the outcome needs', async () => {
  await shown();
  expect(field('action.outcome')).toBeNull();

  await type('action.pieces', '1', 'input');
  expect([field('action.outcome') !== null, field('action.size')]).toEqual([true, null]);

  await type('action.outcome', 'variant_exchange');
  expect([...field('action.size').querySelectorAll('s-option')].map((each) => each.textContent)).toEqual(['action.choose', 'S', 'M']);

  expect([...field('action.method').querySelectorAll('s-option')]).toHaveLength(2);

  await type('action.outcome', 'keep_item');
  expect([field('action.size'), field('action.method')]).toEqual([null, null]);
});

test('items, the sum, yes: and then the way to the return', async () => {
  const fetched = await shown();
  await one();
  press('primary-action');
  await vi.waitFor(() => expect(document.body.textContent).toContain('sum.told'));
  expect(body(fetched, 1)).toEqual({lines: [{key: '77', method: 'label', pieces: '1', outcome: 'refund', reason: 'size-too-small'}]});

  press('primary-action');

  await vi.waitFor(() => expect(find('s-banner')?.getAttribute('tone')).toBe('success'));
  expect(body(fetched, 2)).toEqual({quote: 'Q1'});
  expect(find('s-link').getAttribute('href')).toBe('app:app/returns/R-1042-1');
  press('primary-action');
  expect(extension.shopify.close).toHaveBeenCalled();
});

test('going back to the items loses nothing that was typed', async () => {
  await shown();
  await one();
  await type('action.note', 'A bit tight', 'input');
  press('primary-action');
  await vi.waitFor(() => expect(document.body.textContent).toContain('sum.gets'));

  press('secondary-actions');

  await vi.waitFor(() => expect(field('action.note')).not.toBeNull());
  expect([field('action.pieces'), field('action.outcome'), field('action.note')].map((each) => each.value ?? each.getAttribute('value'))).toEqual(['1', 'refund', 'A bit tight']);
});

test('what is wrong stands beside its field, and what was typed stays', async () => {
  const fields = {77: {pieces: '2 can come back.', outcome: 'Choose what the customer gets.', reason: 'Choose a reason of the list.'}};
  await shown({'POST return/price': [refusal(422, {error: 'Some fields need another look.', fields}), PRICED]});
  await type('action.pieces', '9', 'input');
  press('primary-action');

  await vi.waitFor(() => expect(field('action.pieces').getAttribute('error') ?? field('action.pieces').error).toBe('2 can come back.'));
  expect(find('s-banner').textContent).toBe('Some fields need another look.');
  expect(field('action.outcome').getAttribute('error') ?? field('action.outcome').error).toBe('Choose what the customer gets.');
  expect(field('action.pieces').value ?? field('action.pieces').getAttribute('value')).toBe('9');
});

test('who may not is told so, and nothing else happens', async () => {
  await shown({'POST return': [refusal(403, {error: 'You are not among them.'})]});
  await one();
  press('primary-action');
  await vi.waitFor(() => expect(document.body.textContent).toContain('sum.gets'));
  press('primary-action');

  await vi.waitFor(() => expect(find('s-banner')?.textContent).toBe('You are not among them.'));
  expect(document.body.textContent).toContain('sum.gets');
});

test('a return whose replacement is gone waits, and says so', async () => {
  await shown({'POST return': [{...MADE, approved: false, said: 'Out of stock.'}]});
  await one();
  press('primary-action');
  await vi.waitFor(() => expect(document.body.textContent).toContain('sum.gets'));
  press('primary-action');

  await vi.waitFor(() => expect(find('s-banner')?.getAttribute('tone')).toBe('warning'));
});

test('where nothing can come back there is nothing to press but close', async () => {
  await shown({'GET return': [{...RETURNABLE, lines: [RETURNABLE.lines[1]], nothing: 'Nothing of this order can come back.'}]}, 'none');

  await vi.waitFor(() => expect(document.body.textContent).toContain('Nothing of this order can come back.'));
  expect([...document.body.querySelectorAll('s-button')].map((each) => each.slot)).toEqual(['secondary-actions']);
});

test('without an answer it can be tried again', async () => {
  await shown({'GET return': [new TypeError('network'), RETURNABLE]}, 'none');
  await vi.waitFor(() => expect(find('s-banner')?.textContent).toBe('error.offline'));

  press('primary-action');

  await vi.waitFor(() => expect(field('action.pieces')).not.toBeNull());
});

test('a sum of what was typed before is not shown for what was typed since', async () => {
  let answer;
  const fetched = await shown();
  await one();
  vi.stubGlobal('fetch', async (...asking) => {
    await new Promise((resolve) => (answer = resolve));
    return fetched(...asking);
  });
  press('primary-action');
  await vi.waitFor(() => expect(answer).toBeDefined());

  await type('action.pieces', '2', 'input');
  answer();
  await vi.waitFor(() => expect(find('s-button[slot="primary-action"]').getAttribute('loading') ?? 'false').toBe('false'));
  vi.stubGlobal('fetch', fetched);
  press('primary-action');

  await vi.waitFor(() => expect(document.body.textContent).toContain('sum.gets'));
  expect(body(fetched, fetched.mock.calls.length - 1).lines[0].pieces).toBe('2');
});

import { expect, it, vi } from 'vitest';
import { ApiError, get, withQuery } from './client';

const failure = () => get('/summary').catch((error: unknown) => error as ApiError);

it('gives the words of a problem in both languages', async () => {
  const messages = { id: 'sibuk', en: 'busy' };
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ code: 'LEDGER_BUSY', messages }), { status: 503 }));
  expect(await failure()).toMatchObject({ code: 'LEDGER_BUSY', messages });
});

it('says that the server cannot be reached', async () => {
  vi.stubGlobal('fetch', async () => Promise.reject(new TypeError('network')));
  expect(await failure()).toMatchObject({ code: 'UNREACHABLE', messages: null });
});

it.each([
  ['an answer that is no JSON', new Response('<html>', { status: 200 })],
  ['an error that is no problem', new Response('gateway', { status: 502 })],
])('says that it cannot read %s', async (_, response) => {
  vi.stubGlobal('fetch', async () => response);
  expect(await failure()).toMatchObject({ code: 'UNREADABLE' });
});

it('leaves out what is not asked', () => {
  expect(withQuery('/entries', { member: 3, day: undefined, account: '' })).toBe('/entries?member=3');
  expect(withQuery('/entries', {})).toBe('/entries');
});

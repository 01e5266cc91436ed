import { expect, it } from 'vitest';
import type { Entry } from '../api/types';
import { withEntry, withNews } from './useNews';

const entry = (number: number, hash = 'a') => ({ number, hash }) as Entry;

it('puts a new entry first and drops the oldest', () => {
  expect(withEntry([entry(3), entry(2)], entry(4), 2).map(({ number }) => number)).toEqual([4, 3]);
});

it('shows an entry that is told twice once, as it was told last', () => {
  expect(withEntry([entry(3, 'a'), entry(2)], entry(3, 'b'), 5)).toEqual([entry(3, 'b'), entry(2)]);
});

it('keeps news that an answer on its way could not know', () => {
  expect(withNews([entry(3), entry(2)], [entry(4)], 2).map(({ number }) => number)).toEqual([4, 3]);
});

it('takes an entry as the newer answer has it', () => {
  expect(withNews([entry(4, 'final'), entry(3)], [entry(4, 'told')], 2)).toEqual([entry(4, 'final'), entry(3)]);
});

it('drops news older than the whole page', () => {
  expect(withNews([entry(9), entry(8)], [entry(4)], 2).map(({ number }) => number)).toEqual([9, 8]);
});

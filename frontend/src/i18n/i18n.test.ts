import { expect, it } from 'vitest';
import { preferred } from '.';
import { en } from './en';
import { id } from './id';

const leaves = (value: object, path = ''): [string, string][] =>
  Object.entries(value).flatMap(([key, inside]) =>
    typeof inside === 'string' ? [[`${path}${key}`, inside] as [string, string]] : leaves(inside as object, `${path}${key}.`),
  );
const variables = (text: string) => (text.match(/{{\w+}}/g) ?? []).sort();

it('says everything in both languages, with the same figures in it', () => {
  const english = new Map(leaves(en));
  for (const [key, text] of leaves(id)) {
    expect(english.get(key), key).toBeTruthy();
    expect(variables(english.get(key) ?? ''), key).toEqual(variables(text));
  }
});

it('speaks Indonesian unless English is wanted', () => {
  expect(preferred(null, 'en-US')).toBe('en');
  expect(preferred(null, 'de-DE')).toBe('id');
  expect(preferred('id', 'en-US')).toBe('id');
});

import { describe, expect, it } from 'vitest';
import type { Entry, EntryWithProof, InclusionProof } from '../api/types';
import { canonicalText } from './canonical';
import { verifyEntry } from './verify';
import vectors from './vectors.json';

const cases = (vectors.entries as unknown as { body: EntryWithProof; text: string }[]).map(({ body, text }) => ({
  number: body.entry.number,
  entry: body.entry,
  proof: body.proof as InclusionProof,
  text,
}));
const { entry, proof } = cases[2]!;
const flip = (hex: string) => (hex[0] === '0' ? '1' : '0') + hex.slice(1);

describe('canonicalText', () => {
  it.each(cases)('writes entry $number as the indexer did', (one) => {
    expect(canonicalText(one.entry)).toBe(one.text);
  });
});

describe('verifyEntry', () => {
  it.each(cases)('proves entry $number', async (one) => {
    const verdict = await verifyEntry(one.entry, one.proof);
    expect(verdict.fault).toBeNull();
    expect(verdict.root).toBe(one.proof.tree_head.root);
    expect(verdict.steps).toHaveLength(one.proof.path.length);
  });

  it.each<[string, Partial<Entry>]>([
    ['amount', { lines: entry.lines.map((line, place) => (place ? line : { ...line, amount: '1' })) }],
    ['date', { book_day: '2024-01-01' }],
    ['number', { number: entry.number + 1 }],
    ['block', { block: { ...entry.block, hash: flip(entry.block.hash) } }],
    ['previous entry', { previous_hash: flip(entry.previous_hash) }],
    ['own hash', { hash: flip(entry.hash) }],
  ])('sees a changed %s', async (_, change) => {
    expect((await verifyEntry({ ...entry, ...change }, proof)).fault).toBe('HASH_DIFFERS');
  });

  it.each<[string, Partial<InclusionProof>, string]>([
    ['path', { path: [flip(proof.path[0]!), ...proof.path.slice(1)] }, 'ROOT_DIFFERS'],
    ['root', { tree_head: { ...proof.tree_head, root: flip(proof.tree_head.root) } }, 'ROOT_DIFFERS'],
    ['size', { tree_head: { ...proof.tree_head, size: 1 } }, 'MALFORMED'],
    ['length', { path: proof.path.slice(1) }, 'MALFORMED'],
    ['hex', { path: ['zz', ...proof.path.slice(1)] }, 'MALFORMED'],
    ['place', { leaf_index: proof.leaf_index - 1 }, 'WRONG_PLACE'],
  ])('sees a changed %s', async (_, change, fault) => {
    expect((await verifyEntry(entry, { ...proof, ...change })).fault).toBe(fault);
  });
});

import { describe, expect, it } from 'vitest';
import { equalBytes, fromHex, leafHash, toHex } from './hashing';
import { climb, isConsistent } from './tree';
import { tree } from './vectors.json';

const roots: Record<string, string> = tree.roots;
const rootOf = (size: number) => fromHex(roots[size] ?? '');
const leafAt = (index: number) => leafHash(fromHex(tree.data[index] ?? ''));

describe('climb', () => {
  it.each(tree.inclusion)('reaches the root from leaf $index of $size', async ({ size, index, path }) => {
    const { root, steps } = await climb(await leafAt(index), index, size, path.map(fromHex));
    expect(root && toHex(root)).toBe(roots[size]);
    expect(steps).toHaveLength(path.length);
  });

  it('fails for every single flipped bit of a path', async () => {
    const { size, index, path } = tree.inclusion.at(-4)!;
    for (let place = 0; place < path.length; place++) {
      const broken = path.map(fromHex);
      broken[place]![place] = broken[place]![place]! ^ 1;
      const { root } = await climb(await leafAt(index), index, size, broken);
      expect(root && equalBytes(root, rootOf(size))).toBe(false);
    }
  });

  it('has no root for a path that is too short, too long or at no place', async () => {
    const { size, index, path } = tree.inclusion.at(-4)!;
    const nodes = path.map(fromHex);
    const leaf = await leafAt(index);
    expect((await climb(leaf, index, size, nodes.slice(1))).root).toBeNull();
    expect((await climb(leaf, index, size, [...nodes, nodes[0]!])).root).toBeNull();
    expect((await climb(leaf, size, size, nodes)).root).toBeNull();
    expect((await climb(leaf, -1, size, nodes)).root).toBeNull();
  });
});

describe('isConsistent', () => {
  it.each(tree.consistency)('accepts $old -> $new', async ({ old, new: size, path }) => {
    expect(await isConsistent(old, size, rootOf(old), rootOf(size), path.map(fromHex))).toBe(true);
  });

  it('refuses another old root, another new root, a shorter path', async () => {
    const { old, new: size, path } = tree.consistency.find((one) => one.old === 5 && one.new === 13)!;
    const nodes = path.map(fromHex);
    expect(await isConsistent(old, size, rootOf(3), rootOf(size), nodes)).toBe(false);
    expect(await isConsistent(old, size, rootOf(old), rootOf(8), nodes)).toBe(false);
    expect(await isConsistent(old, size, rootOf(old), rootOf(size), nodes.slice(1))).toBe(false);
    expect(await isConsistent(size, old, rootOf(size), rootOf(old), nodes)).toBe(false);
  });
});

/** Proofs of an RFC 9162 tree, checked as its section 2.1 says. Sizes are below 2^53. */

import { type Bytes, equalBytes, nodeHash } from './hashing';

/** A step up from a leaf: the sibling, on which side it stands, and what both give. */
export interface Step {
  readonly sibling: Bytes;
  readonly side: 'left' | 'right';
  readonly result: Bytes;
}

/** The way from a leaf up; `root` is null if the path has too many or too few hashes for this place. */
export interface Climb {
  readonly steps: readonly Step[];
  readonly root: Bytes | null;
}

/** Climb from a leaf hash (RFC 9162, 2.1.3.2). */
export async function climb(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Climb> {
  const steps: Step[] = [];
  if (!isPlace(index, size)) return { steps, root: null };
  let [position, last, result] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return { steps, root: null };
    const left = isRight(position) || position === last;
    result = left ? await nodeHash(sibling, result) : await nodeHash(result, sibling);
    steps.push({ sibling, side: left ? 'left' : 'right', result });
    if (left) [position, last] = skip(position, last);
    [position, last] = [half(position), half(last)];
  }
  return { steps, root: last === 0 ? result : null };
}

/** Whether `path` proves that the newer tree begins with the older one (RFC 9162, 2.1.4.2). */
export async function isConsistent(
  oldSize: number,
  newSize: number,
  oldRoot: Bytes,
  newRoot: Bytes,
  path: readonly Bytes[],
): Promise<boolean> {
  if (!isPlace(oldSize - 1, newSize)) return false;
  if (oldSize === newSize) return path.length === 0 && equalBytes(oldRoot, newRoot);
  const [start, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path;
  if (!start) return false;
  let [position, last] = [oldSize - 1, newSize - 1];
  while (isRight(position)) [position, last] = [half(position), half(last)];
  let [first, second] = [start, start];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (isRight(position) || position === last) {
      first = await nodeHash(sibling, first);
      second = await nodeHash(sibling, second);
      [position, last] = skip(position, last);
    } else {
      second = await nodeHash(second, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && equalBytes(first, oldRoot) && equalBytes(second, newRoot);
}

function isPlace(index: number, size: number): boolean {
  return Number.isSafeInteger(index) && Number.isSafeInteger(size) && index >= 0 && index < size;
}

function isRight(position: number): boolean {
  return position % 2 === 1;
}

function half(position: number): number {
  return Math.floor(position / 2);
}

/** Up past the levels at which a last node has no sibling. */
function skip(position: number, last: number): [number, number] {
  while (!isRight(position) && position > 0) [position, last] = [half(position), half(last)];
  return [position, last];
}

function isPowerOfTwo(size: number): boolean {
  while (size % 2 === 0) size /= 2;
  return size === 1;
}

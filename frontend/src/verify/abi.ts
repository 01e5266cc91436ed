/** Reading ABI-encoded values by their type, as far as a meeting's logs and calldata need it. */

import { bigOf, hexOf, VerifyError } from './hex';

/** A number (uintN, bool) is a bigint, an address lower-case hex, bytes and strings are bytes, the rest are lists. */
export type Value = bigint | string | Uint8Array | Value[];

/** The parts of a tuple's type, or of a list of types: commas inside brackets do not count. */
export function split(types: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= types.length; at++) {
    const letter = types[at];
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if ((letter === ',' && depth === 0) || at === types.length) {
      if (at > start) parts.push(types.slice(start, at));
      start = at + 1;
    }
  }
  return parts;
}

/** The values of `types` (separated by commas) in `data`. */
export function decode(types: string, data: Uint8Array): Value[] {
  return readTuple(split(types), data, 0);
}

function readTuple(types: readonly string[], data: Uint8Array, base: number): Value[] {
  let at = base;
  return types.map((type) => {
    const place = isDynamic(type) ? base + size(data, at) : at;
    at += isDynamic(type) ? 32 : width(type);
    return read(type, data, place);
  });
}

function read(type: string, data: Uint8Array, at: number): Value {
  if (type.endsWith('[]')) {
    const count = size(data, at);
    if (count > data.length / 32) throw new VerifyError('cut');
    return readTuple(Array<string>(count).fill(type.slice(0, -2)), data, at + 32);
  }
  if (type.startsWith('(')) return readTuple(split(type.slice(1, -1)), data, at);
  if (type === 'bytes' || type === 'string') {
    const length = size(data, at);
    return part(data, at + 32, length);
  }
  const found = part(data, at, 32);
  if (type === 'address') return hexOf(found.slice(12));
  return type === 'bytes32' ? found : bigOf(found);
}

function isDynamic(type: string): boolean {
  if (type.startsWith('(') && !type.endsWith('[]')) return split(type.slice(1, -1)).some(isDynamic);
  return type.endsWith('[]') || type === 'bytes' || type === 'string';
}

function width(type: string): number {
  return type.startsWith('(') ? split(type.slice(1, -1)).reduce((sum, each) => sum + width(each), 0) : 32;
}

function size(data: Uint8Array, at: number): number {
  const found = bigOf(part(data, at, 32));
  if (found > BigInt(data.length)) throw new VerifyError('cut');
  return Number(found);
}

function part(data: Uint8Array, at: number, length: number): Uint8Array {
  if (at + length > data.length) throw new VerifyError('cut');
  return data.slice(at, at + length);
}

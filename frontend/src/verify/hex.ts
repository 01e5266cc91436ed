/** Bytes, hex and numbers of the chain, and Keccak-256. */

import { keccak_256 } from '@noble/hashes/sha3.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** Data of the chain that cannot be: what is wrong, by the key of a sentence in words.ts. */
export class VerifyError extends Error {
  constructor(
    readonly key: 'badData' | 'noMeeting' | 'cut' | 'endpoint' | 'changed' | 'badBundle',
    readonly detail = '',
  ) {
    super(`${key} ${detail}`);
  }
}

/** The bytes of 0x and hex digits. */
export function bytesOf(text: string): Uint8Array {
  if (!/^0x([0-9a-f]{2})*$/i.test(text)) throw new VerifyError('badData', text.slice(0, 40));
  const bytes = new Uint8Array(text.length / 2 - 1);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(text.slice(2 * at + 2, 2 * at + 4), 16);
  return bytes;
}

export function hexOf(bytes: Uint8Array): string {
  return `0x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** The number that big-endian bytes make. */
export function bigOf(bytes: Uint8Array): bigint {
  return bytes.length ? BigInt(hexOf(bytes)) : 0n;
}

/** A number that is small enough to count with. */
export function numberOf(value: string | bigint | Uint8Array): number {
  const big = value instanceof Uint8Array ? bigOf(value) : BigInt(value);
  if (big > BigInt(Number.MAX_SAFE_INTEGER)) throw new VerifyError('badData', big.toString(16));
  return Number(big);
}

/** A number as a word of 32 bytes. */
export function word(value: number | bigint): Uint8Array {
  return bytesOf(`0x${value.toString(16).padStart(64, '0')}`);
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

export function keccak(data: Uint8Array | string): Uint8Array {
  return keccak_256(typeof data === 'string' ? utf8ToBytes(data) : data);
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

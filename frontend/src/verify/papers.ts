/** Packed papers of a batch, and the boxes of a ballot paper. */

import { bigOf, numberOf, VerifyError } from './hex';

/** In the order of the chain's numbers. */
export const REASONS = [
  'NONE',
  'NOT_ELIGIBLE',
  'ALREADY_VOTED',
  'OVERVOTE',
  'BAD_SIGNATURE',
  'EXPIRED',
  'WRONG_MEETING',
  'ALREADY_PRESENT',
] as const;
export type Reason = (typeof REASONS)[number];

export interface Paper {
  readonly member: number;
  readonly meeting: number;
  readonly call: number;
  readonly deadline: number;
  readonly choices: bigint;
  readonly signature: Uint8Array;
}

/** Two boxes a resolution, then for each election its candidates and seats. */
export interface Boxes {
  readonly resolutions: number;
  readonly elections: readonly (readonly [number, number])[];
}

/** FOR and AGAINST both, more candidates than seats, or a mark outside the boxes. */
export function isOvervote(boxes: Boxes, paper: bigint): boolean {
  let choices = paper;
  for (let at = 0; at < boxes.resolutions; at++) {
    if ((choices & 3n) === 3n) return true;
    choices >>= 2n;
  }
  for (const [candidates, seats] of boxes.elections) {
    if (bits(choices & ((1n << BigInt(candidates)) - 1n)) > seats) return true;
    choices >>= BigInt(candidates);
  }
  return choices !== 0n;
}

function bits(value: bigint): number {
  return value.toString(2).replaceAll('0', '').length;
}

/** The records of a batch; none may be cut short. */
export function readPapers(batch: Uint8Array): Paper[] {
  const papers: Paper[] = [];
  for (let at = 0; at < batch.length; ) {
    const width = batch[at + 14] ?? 33;
    const tail = at + 15 + width + 2;
    if (width > 32 || tail > batch.length) throw new VerifyError('cut');
    const end = tail + numberOf(batch.slice(tail - 2, tail));
    if (end > batch.length) throw new VerifyError('cut');
    papers.push({
      member: numberOf(batch.slice(at, at + 4)),
      meeting: numberOf(batch.slice(at + 4, at + 8)),
      call: batch[at + 8]!,
      deadline: numberOf(batch.slice(at + 9, at + 14)),
      choices: bigOf(batch.slice(at + 15, at + 15 + width)),
      signature: batch.slice(tail, end),
    });
    at = end;
  }
  return papers;
}

/** Numbers of 4 bytes each. */
export function readMembers(data: Uint8Array): number[] {
  return records(data, 4).map((each) => numberOf(each));
}

/** Member and choices of BallotsCast. */
export function readCast(data: Uint8Array): [number, bigint][] {
  return records(data, 36).map((each) => [numberOf(each.slice(0, 4)), bigOf(each.slice(4))]);
}

function records(data: Uint8Array, size: number): Uint8Array[] {
  if (data.length % size) throw new VerifyError('cut');
  return Array.from({ length: data.length / size }, (_, at) => data.slice(at * size, (at + 1) * size));
}

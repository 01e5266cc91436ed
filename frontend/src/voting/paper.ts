/** A ballot paper: what may be marked, the marks as one number, the packed record that the chain takes. */

import type { Motion } from '../api/types';
import { bytesOf, join, word } from '../verify/hex';
import { CAST_CALL } from '../verify/wire';
import { isElection, seatsOf } from './meeting';

export const CHOICES = ['FOR', 'AGAINST', 'ABSTAIN'] as const;
export type Choice = (typeof CHOICES)[number];

/** A choice on a resolution, or the candidates marked in an election. */
export type Vote = Choice | readonly number[];
export type Votes = Readonly<Record<number, Vote>>;

/** A signed or unsigned ballot as the relay takes it; `deadline` in unix seconds. */
export interface BallotOrder {
  readonly order: 'ballot';
  readonly member: number;
  readonly meeting: number;
  readonly call: number;
  readonly choices: string;
  readonly deadline: number;
}
export type SignedBallot = BallotOrder & { readonly signature: string };

/** The first box of each motion: resolutions come first, two boxes each, then a box for each candidate. */
export function firstBoxes(motions: readonly Motion[]): ReadonlyMap<number, number> {
  const boxes = new Map<number, number>();
  let box = 0;
  for (const motion of [...motions.filter((each) => !isElection(each)), ...motions.filter(isElection)]) {
    boxes.set(motion.motion, box);
    box += isElection(motion) ? motion.candidates.length : 2;
  }
  return boxes;
}

/** The marks as one number, box i its bit i. RangeError for more candidates than seats, or for one who does not stand. */
export function pack(motions: readonly Motion[], votes: Votes): bigint {
  const first = firstBoxes(motions);
  let choices = 0n;
  for (const motion of motions) {
    for (const box of boxesOf(motion, votes[motion.motion])) choices |= 1n << BigInt(first.get(motion.motion)! + box);
  }
  return choices;
}

function boxesOf(motion: Motion, vote: Vote | undefined): number[] {
  if (vote === undefined || vote === 'ABSTAIN') return [];
  if (vote === 'FOR' || vote === 'AGAINST') return [vote === 'FOR' ? 0 : 1];
  const boxes = vote.map((member) => motion.candidates.findIndex((each) => each.member === member));
  if (new Set(boxes).size > seatsOf(motion) || boxes.includes(-1)) throw new RangeError('an overvote');
  return boxes;
}

/** The record of a batch: IBallotBox says its form. */
export function record(ballot: SignedBallot): Uint8Array {
  const marks = BigInt(ballot.choices);
  const choices = marks ? bytesOf(even(marks)) : new Uint8Array();
  const signature = bytesOf(ballot.signature);
  return join(
    ...([
      [ballot.member, 4],
      [ballot.meeting, 4],
      [ballot.call, 1],
      [ballot.deadline, 5],
      [choices.length, 1],
    ] as const).map(([value, size]) => word(value).slice(32 - size)),
    choices,
    word(signature.length).slice(30),
    signature,
  );
}

/** The call that anybody may send to the BallotBox: `cast` with this one paper. */
export function castCall(ballot: SignedBallot): Uint8Array {
  const packed = record(ballot);
  const padding = new Uint8Array((32 - (packed.length % 32)) % 32);
  return join(bytesOf(CAST_CALL), word(ballot.meeting), word(64), word(packed.length), packed, padding);
}

function even(value: bigint): string {
  const digits = value.toString(16);
  return `0x${digits.padStart(digits.length + (digits.length % 2), '0')}`;
}

import { expect, it } from 'vitest';
import type { Meeting, Motion } from '../api/types';
import { hexOf } from '../verify/hex';
import { isOvervote, readPapers } from '../verify/papers';
import { callNow } from './meeting';
import { castCall, firstBoxes, pack, record, type SignedBallot } from './paper';

const resolution = (motion: number) => ({ motion, kind: 'RESOLUTION', offices: [], candidates: [] }) as unknown as Motion;
const election = (motion: number, seats: number, members: readonly number[]) =>
  ({
    motion,
    kind: 'ELECTION',
    offices: Array.from({ length: seats }, () => 'PENGAWAS'),
    candidates: members.map((member) => ({ member, votes: 0, elected: false })),
  }) as unknown as Motion;
const MOTIONS = [resolution(1), election(2, 2, [9, 2, 5]), resolution(3)];
const BALLOT: SignedBallot = {
  order: 'ballot',
  member: 7,
  meeting: 1,
  call: 2,
  choices: '0x109',
  deadline: 1_737_694_800,
  signature: `0x${'ab'.repeat(65)}`,
};

it('puts the boxes of resolutions first, as the contract does', () => {
  expect([...firstBoxes(MOTIONS)].sort()).toEqual([
    [1, 0],
    [2, 4],
    [3, 2],
  ]);
  expect(pack(MOTIONS, { 1: 'FOR', 2: [9, 5], 3: 'AGAINST' })).toBe(0b101_10_01n);
  expect(pack(MOTIONS, { 1: 'ABSTAIN', 2: [] })).toBe(0n);
});

it('makes no overvote', () => {
  expect(() => pack(MOTIONS, { 2: [9, 2, 5] })).toThrow(RangeError);
  expect(() => pack(MOTIONS, { 2: [7] })).toThrow(RangeError);
  const choices = pack(MOTIONS, { 1: 'AGAINST', 2: [2, 5], 3: 'FOR' });
  expect(isOvervote({ resolutions: 2, elections: [[3, 2]] }, choices)).toBe(false);
});

it('packs a record that the recount reads back', () => {
  const [paper, ...more] = readPapers(record(BALLOT));
  expect(more).toEqual([]);
  expect(paper).toMatchObject({ member: 7, meeting: 1, call: 2, choices: 0x109n, deadline: 1_737_694_800 });
  expect(hexOf(paper!.signature)).toBe(BALLOT.signature);
  expect(readPapers(record({ ...BALLOT, choices: '0x0' }))[0]!.choices).toBe(0n);
});

it('makes the call that casts it alone', () => {
  const call = castCall(BALLOT);
  expect((call.length - 4) % 32).toBe(0);
  expect(hexOf(call.slice(4 + 96, 4 + 96 + record(BALLOT).length))).toBe(hexOf(record(BALLOT)));
});

it('knows which call takes papers', () => {
  const meeting = (as_of: number, second: boolean) =>
    ({
      as_of,
      head: { calls: [{ call: 1, opens_at: 10, closes_at: 20 }, { call: 2, opens_at: 30, closes_at: 40 }] },
      calls: [{ call: 1, takes_place: true }, { call: 2, takes_place: second }],
    }) as unknown as Meeting;
  expect(callNow(meeting(5, false))).toEqual({ call: 1, opensAt: 10, closesAt: 20 });
  expect(callNow(meeting(25, true))?.call).toBe(2);
  expect(callNow(meeting(25, false))).toBeNull();
  expect(callNow(meeting(40, true))).toBeNull();
});

/** What a meeting decides and by which rules, as its notice put it into the logs. */

import { decode, type Value } from './abi';
import type { Bundle, Log } from './bundle';
import { bytesOf, numberOf, VerifyError } from './hex';
import type { Boxes } from './papers';
import type { Register } from './register';
import * as wire from './wire';

/** Unix seconds: papers are taken from opensAt until before closesAt. */
export interface Window {
  readonly opensAt: number;
  readonly closesAt: number;
}

/** A resolution has no candidates and no seats. */
export interface Motion {
  readonly number: number;
  readonly title: string;
  readonly majorityBps: number;
  readonly isWeighty: boolean;
  readonly candidates: readonly number[];
  readonly seats: number;
  readonly firstBox: number;
}

/** `roll` is counted from the register, `rollSaid` is the event's. */
export interface Notice {
  readonly meeting: number;
  readonly noticedAt: number;
  readonly roll: number;
  readonly rollSaid: number;
  readonly windows: readonly [Window, Window];
  readonly quorumsBps: readonly [number, number];
  readonly executionDelay: number;
  readonly objectionPeriod: number;
  readonly proxiesPerHolder: number;
  readonly motions: readonly Motion[];
}

/** A motion by its number. */
export function motionAt(notice: Notice, number: number): Motion {
  const motion = notice.motions[number - 1];
  if (!motion) throw new VerifyError('badData', `motion ${number}`);
  return motion;
}

export const isElection = (motion: Motion) => motion.seats > 0;

/** Members that must be present in a call: the by-laws' share of the roll, rounded up. */
export function needed(notice: Notice, call: 1 | 2): number {
  return Math.ceil((notice.roll * notice.quorumsBps[call - 1]!) / 10_000);
}

/** The call whose hours `time` falls into, or zero. */
export function callAt(notice: Notice, time: number): 0 | 1 | 2 {
  const at = notice.windows.findIndex((each) => each.opensAt <= time && time < each.closesAt);
  return (at + 1) as 0 | 1 | 2;
}

export function boxesOf(notice: Notice): Boxes {
  const elections = notice.motions.filter(isElection).map((each) => [each.candidates.length, each.seats] as const);
  return { resolutions: notice.motions.length - elections.length, elections };
}

/** The notice of the bundle's meeting. */
export function readNotice(bundle: Bundle, logs: readonly Log[], register: Register): Notice {
  const of = (kind: string) => logs.filter((log) => log.address === bundle.rat && log.topics[0] === kind);
  const [convened, ...more] = of(wire.CONVENED);
  if (!convened || more.length) throw new VerifyError('noMeeting');
  const types = `uint8,uint16,bytes32,bytes32,uint32,${wire.CALL},${wire.CALL},${wire.BYLAWS}`;
  const found = decode(types, bytesOf(convened.data));
  const bylaws = numbers(found[7]!);
  return {
    meeting: bundle.meeting,
    noticedAt: convened.time,
    roll: register.roll(convened.time),
    rollSaid: numberOf(found[4] as bigint),
    windows: [window(found[5]!), window(found[6]!)],
    quorumsBps: [bylaws[1]!, bylaws[2]!],
    executionDelay: bylaws[8]!,
    objectionPeriod: bylaws[9]!,
    proxiesPerHolder: bylaws[10]!,
    motions: motionsOf(of(wire.MOTION_PUT)),
  };
}

function motionsOf(put: readonly Log[]): Motion[] {
  if (!put.length || put.some((log, at) => numberOf(log.topics[2]!) !== at + 1)) throw new VerifyError('cut');
  const motions = put.map((log, at) => motionOf(at + 1, log));
  let box = 0;
  const boxes = new Map<number, number>();
  for (const motion of [...motions.filter((each) => !isElection(each)), ...motions.filter(isElection)]) {
    boxes.set(motion.number, box);
    box += isElection(motion) ? motion.candidates.length : 2;
  }
  return motions.map((motion) => ({ ...motion, firstBox: boxes.get(motion.number)! }));
}

function motionOf(number: number, log: Log): Motion {
  const [content] = decode(wire.MOTION, bytesOf(log.data)) as [Value[]];
  const [kind, majority, title, , actions, election] = content as [bigint, bigint, Uint8Array, Value, Value[], Value[]];
  const [offices, , , candidates] = election as [Value[], Value, Value, Value[][]];
  return {
    number,
    title: new TextDecoder().decode(title),
    majorityBps: numberOf(majority),
    isWeighty: kind === 1n || actions.length > 0,
    candidates: candidates.map((each) => numberOf(each[0] as bigint)),
    seats: kind === 1n ? offices.length : 0,
    firstBox: 0,
  };
}

function numbers(value: Value): number[] {
  return (value as bigint[]).map((each) => numberOf(each));
}

function window(value: Value): Window {
  const [opensAt, closesAt] = numbers(value) as [number, number];
  return { opensAt, closesAt };
}

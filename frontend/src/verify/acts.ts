/** What members did in a meeting by transaction: signed papers from calldata beside the events they led to. */

import { decode, type Value } from './abi';
import type { Bundle, Log, Place } from './bundle';
import { bytesOf, numberOf, VerifyError } from './hex';
import { type Paper, REASONS, type Reason, readCast, readMembers, readPapers } from './papers';
import * as wire from './wire';

/** Deadline of what the member's own transaction says: none. */
const ALWAYS = 2 ** 40 - 1;

/** One transaction; `selector` is empty where its calldata holds no order for the ballot box. */
export interface Act {
  readonly transaction: string;
  readonly place: Place;
  readonly time: number;
  readonly sender: string;
  readonly selector: string;
  readonly papers: readonly Paper[];
  readonly values: readonly Value[];
  readonly logs: readonly Log[];
}

/** What the events of a transaction say of ballots or of check-ins. */
export interface Said {
  readonly call: number;
  readonly accepted: readonly (readonly [number, bigint])[];
  /** Index in the batch, member, reason. */
  readonly refused: readonly (readonly [number, number, Reason])[];
}

export const isBallot = (act: Act) =>
  [wire.CAST_CALL, wire.CAST_OWN_CALL, wire.CAST_BY_PROXY_CALL].includes(act.selector);

/** What the events say of the ballots, or of the check-ins. */
export function said(act: Act, ballots: boolean): Said {
  const [taken, refusal] = ballots
    ? [wire.CAST, wire.BALLOT_REFUSED]
    : [wire.CHECKED_IN, wire.CHECK_IN_REFUSED];
  const accepted: (readonly [number, bigint])[] = [];
  const refused: (readonly [number, number, Reason])[] = [];
  let call = 0;
  for (const log of act.logs) {
    if (log.topics[0] !== taken && log.topics[0] !== refusal) continue;
    call = numberOf(log.topics[2]!);
    if (log.topics[0] === refusal) {
      const [index, reason] = decode('uint32,uint8', bytesOf(log.data)) as [bigint, bigint];
      const name = REASONS[numberOf(reason)];
      if (!name) throw new VerifyError('badData', `reason ${reason}`);
      refused.push([numberOf(index), numberOf(log.topics[3]!), name]);
      continue;
    }
    const [packed] = decode('bytes', bytesOf(log.data)) as [Uint8Array];
    accepted.push(...(ballots ? readCast(packed) : readMembers(packed).map((member) => [member, 0n] as const)));
  }
  return { call, accepted, refused };
}

/** The transactions whose logs are of the meeting, in the order of the chain. */
export function readActs(bundle: Bundle, logs: readonly Log[]): Act[] {
  const groups: Log[][] = [];
  for (const log of logs) {
    const kinds = log.address === bundle.rat ? [...wire.OF_RAT, wire.CARRIED_OUT] : log.address === bundle.box ? wire.OF_BOX : [];
    if (!kinds.includes(log.topics[0]!)) continue;
    const last = groups.at(-1);
    if (last && last[0]!.transaction === log.transaction && last[0]!.place[0] === log.place[0]) last.push(log);
    else groups.push([log]);
  }
  return groups.map((group) => actOf(bundle, group));
}

function actOf(bundle: Bundle, logs: readonly Log[]): Act {
  const { transaction, place, time } = logs[0]!;
  const sent = bundle.transactions[transaction]!;
  const types = wire.ARGUMENTS[sent.input.slice(0, 10)];
  const act = { transaction, place, time, sender: sent.sender, logs, selector: '', papers: [], values: [] };
  if (sent.to !== bundle.box || types === undefined) return act;
  const selector = sent.input.slice(0, 10);
  const values = decode(types, bytesOf(`0x${sent.input.slice(10)}`));
  return { ...act, selector, values, papers: papersOf(selector, values) };
}

function papersOf(selector: string, values: readonly Value[]): Paper[] {
  if (selector === wire.CAST_CALL || selector === wire.CHECK_IN_CALL) return readPapers(values[1] as Uint8Array);
  const paper = {
    meeting: numberOf(values[0] as bigint),
    member: numberOf(values[1] as bigint),
    call: 0,
    deadline: ALWAYS,
    choices: 0n,
    signature: new Uint8Array(),
  };
  if (selector === wire.CHECK_IN_OWN_CALL) return [paper];
  if (selector === wire.CAST_OWN_CALL) return [{ ...paper, choices: values[2] as bigint }];
  if (selector !== wire.CAST_BY_PROXY_CALL) return [];
  const [, , choices, deadline, signature] = values as [bigint, bigint, bigint, bigint, Uint8Array];
  return [{ ...paper, choices, deadline: numberOf(deadline), signature }];
}

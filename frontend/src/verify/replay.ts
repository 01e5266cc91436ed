/** A meeting replayed: every paper judged again by the rules, beside what the events say of it. */

import { type Act, isBallot, type Said, said as saidOf } from './acts';
import { decode } from './abi';
import type { Log, Place } from './bundle';
import { bytesOf, numberOf } from './hex';
import { boxesOf, callAt, motionAt, needed, type Notice } from './notice';
import type { Orders } from './orders';
import { isOvervote, type Paper, type Reason, readMembers } from './papers';
import type { Register } from './register';
import type { Verdict } from './signatures';
import * as wire from './wire';

export type Call = 1 | 2;

/** Who was in a call, in `present` or in `paper`. `ballots` are the choices of accepted papers. */
export class Sitting {
  readonly present = new Set<number>();
  readonly paper = new Set<number>();
  readonly ballots = new Map<number, bigint>();
  readonly declared = new Set<number>();
  readonly objected = new Set<number>();
}

/** `said` is the chain's, `found` the recount's. */
export interface Difference {
  readonly kind: string;
  readonly transaction?: string;
  readonly row?: number;
  readonly member?: number;
  readonly what?: string;
  readonly said?: unknown;
  readonly found?: unknown;
}

export class Replay {
  readonly sittings: Readonly<Record<Call, Sitting>> = { 1: new Sitting(), 2: new Sitting() };
  readonly withdrawn = new Set<number>();
  /** Row from 1 among all ballot papers, and the reason. */
  readonly refused: { readonly row: number; readonly reason: Reason }[] = [];
  /** What only a contract could check. */
  readonly byContract: { readonly transaction: string; readonly member: number }[] = [];
  /** Motion, seat and member of offices that were filled. */
  readonly seats: [number, number, number][] = [];
  /** Motion and unix seconds of decisions that were carried out. */
  readonly carriedOut: [number, number][] = [];
  readonly differences: Difference[] = [];
  #rows = 0;
  readonly #proxies = new Map<number, number>();
  readonly #held = new Map<number, number>();
  readonly #objectable = new Map<number, { call: Call; until: number }>();

  constructor(
    readonly notice: Notice,
    private readonly register: Register,
    private readonly orders: Orders,
  ) {}

  /** Take the transactions in their order. */
  run(acts: readonly Act[]): void {
    for (const act of acts) {
      if (act.papers.length) this.#batch(act);
      else this.#unseen(act);
      for (const log of act.logs) this.#event(act, log);
    }
  }

  /** The call that takes papers at `time`, or zero: no second one if the first was quorate. */
  #open(time: number): 0 | Call {
    const call = callAt(this.notice, time);
    return call === 2 && this.sittings[1].present.size >= needed(this.notice, 1) ? 0 : call;
  }

  #differ(kind: string, transaction: string, details: Omit<Difference, 'kind' | 'transaction'> = {}): void {
    this.differences.push({ kind, transaction, ...details });
  }

  #batch(act: Act): void {
    const ballots = isBallot(act);
    const told = saidOf(act, ballots);
    const call = this.#open(act.time);
    const first = this.#rows + 1;
    if (told.call && told.call !== call) this.#differ('CALL', act.transaction, { said: told.call, found: call });
    for (const [member] of saidOf(act, !ballots).accepted) this.#differ('ADDED', act.transaction, { member });
    const refusals = new Map(told.refused.map(([index, , reason]) => [index, reason]));
    const accepted = new Map<number, number>();
    const found = act.papers.map((paper, index) => {
      const reason = this.#judge(act, index, paper, call, refusals.get(index));
      if (reason === 'NONE' && call) {
        this.#admit(call, paper.member, ballots ? paper.choices : null);
        if (act.selector !== wire.CAST_BY_PROXY_CALL) this.#proxies.delete(paper.member);
        accepted.set(paper.member, index);
      }
      return reason;
    });
    this.#compare(act, told, found, accepted, first);
    if (!ballots) return;
    this.#rows += found.length;
    found.forEach((reason, index) => {
      if (reason !== 'NONE') this.refused.push({ row: first + index, reason });
    });
  }

  /** The first reason that holds; `told` is believed of a signature that only a contract can check. */
  #judge(act: Act, index: number, paper: Paper, call: 0 | Call, told: Reason | undefined): Reason {
    if (!call) return 'WRONG_MEETING';
    const plain = this.#admissible(paper.member, call, isBallot(act) ? paper.choices : null, act.place);
    if (plain !== 'NONE') return plain;
    const verdict = this.#verdict(act, index, paper, call);
    if (verdict === 'BAD' || (verdict === 'ASK' && told === 'BAD_SIGNATURE')) return 'BAD_SIGNATURE';
    if (act.time > paper.deadline) return 'EXPIRED';
    const isBatch = act.selector === wire.CAST_CALL || act.selector === wire.CHECK_IN_CALL;
    if (paper.meeting !== this.notice.meeting || (isBatch && paper.call !== call)) return 'WRONG_MEETING';
    if (verdict === 'ASK') this.byContract.push({ transaction: act.transaction, member: paper.member });
    return 'NONE';
  }

  /** What can be said without a signature; `choices` are null in a check-in. */
  #admissible(member: number, call: Call, choices: bigint | null, place: Place): Reason {
    const sitting = this.sittings[call];
    if (!this.register.mayVote(member, this.notice.noticedAt, place)) return 'NOT_ELIGIBLE';
    if (choices === null) return sitting.present.has(member) ? 'ALREADY_PRESENT' : 'NONE';
    if (sitting.ballots.has(member)) return 'ALREADY_VOTED';
    return isOvervote(boxesOf(this.notice), choices) ? 'OVERVOTE' : 'NONE';
  }

  #verdict(act: Act, index: number, paper: Paper, call: Call): Verdict {
    if (act.selector === wire.CAST_OWN_CALL || act.selector === wire.CHECK_IN_OWN_CALL) {
      const signer = this.register.signer(paper.member, act.place);
      return signer && !signer.isPasskey && signer.address === act.sender ? 'GOOD' : 'BAD';
    }
    if (act.selector === wire.CAST_BY_PROXY_CALL) {
      const holder = this.#proxies.get(paper.member);
      if (holder === undefined || !this.sittings[call].present.has(holder)) return 'BAD';
    }
    return this.orders.verdict(act.transaction, index);
  }

  #admit(call: Call, member: number, choices: bigint | null): void {
    const sitting = this.sittings[call];
    sitting.present.add(member);
    sitting.paper.delete(member);
    if (choices !== null) sitting.ballots.set(member, choices);
  }

  /** The batch as recounted (reasons by index; accepted members and their index) with its events. */
  #compare(
    act: Act,
    told: Said,
    found: readonly Reason[],
    accepted: ReadonlyMap<number, number>,
    first: number,
  ): void {
    const differ = (kind: string, index: number | undefined, details: Omit<Difference, 'kind' | 'transaction'>) => {
      const row = index !== undefined && isBallot(act) ? { row: first + index } : {};
      this.#differ(kind, act.transaction, { ...row, ...details });
    };
    const seen = new Set<number>();
    for (const [member, choices] of told.accepted) {
      const at = act.papers.findIndex((paper) => paper.member === member);
      const index = accepted.get(member) ?? (at < 0 ? undefined : at);
      if (seen.has(member)) differ('DOUBLED', index, { member });
      else if (index === undefined) differ('ADDED', undefined, { member });
      else if (!accepted.has(member)) differ('ACCEPTED', index, { member, found: found[index]! });
      else if (isBallot(act) && choices !== act.papers[index]!.choices) {
        const [said, right] = [choices, act.papers[index]!.choices].map((each) => `0x${each.toString(16)}`);
        differ('CHOICES', index, { member, said, found: right });
      }
      seen.add(member);
    }
    const refusals = new Map(told.refused.map(([index, , reason]) => [index, reason]));
    found.forEach((reason, index) => {
      const { member } = act.papers[index]!;
      const other = refusals.get(index);
      refusals.delete(index);
      if (other === undefined && !seen.has(member)) differ('MISSING', index, { member });
      else if (other !== undefined && reason === 'NONE') differ('REFUSED', index, { member, said: other });
      else if (other !== undefined && other !== reason) differ('REASON', index, { member, said: other, found: reason });
      else if (other === undefined && reason !== 'NONE' && accepted.has(member)) {
        differ('MISSING', index, { member, found: reason });
      }
    });
    for (const index of refusals.keys()) differ('ADDED', index, {});
  }

  /** Papers whose calldata went through a contract: the ballot box alone checked their signatures. */
  #unseen(act: Act): void {
    for (const ballots of [false, true]) {
      const told = saidOf(act, ballots);
      const call = this.#open(act.time);
      if (told.call && told.call !== call) this.#differ('CALL', act.transaction, { said: told.call, found: call });
      for (const [member, choices] of call ? told.accepted : []) {
        const marks = ballots ? choices : null;
        const reason = this.#admissible(member, call as Call, marks, act.place);
        if (reason !== 'NONE') {
          this.#differ('ACCEPTED', act.transaction, { member, found: reason });
          continue;
        }
        this.byContract.push({ transaction: act.transaction, member });
        this.#admit(call as Call, member, marks);
      }
      if (!ballots) continue;
      for (const [index, , reason] of told.refused) this.refused.push({ row: this.#rows + 1 + index, reason });
      this.#rows += told.accepted.length + told.refused.length;
    }
  }

  #event(act: Act, log: Log): void {
    const [, , third = '0x0', fourth = '0x0'] = log.topics;
    switch (log.topics[0]) {
      case wire.PAPER_LIST:
        return this.#paperList(act, numberOf(third), bytesOf(log.data));
      case wire.PROXY:
        return this.#proxy(act, numberOf(third), numberOf(fourth));
      case wire.CONSENSUS:
        return this.#consensus(act, numberOf(third), bytesOf(log.data));
      case wire.OBJECTION:
        return this.#objection(act, numberOf(third), numberOf(fourth));
      case wire.WITHDRAWN:
        this.withdrawn.add(numberOf(third));
        if (act.time >= this.notice.windows[0].opensAt) {
          this.#differ('WITHDRAWN', act.transaction, { what: `${numberOf(third)}` });
        }
        return;
      case wire.CARRIED_OUT:
        this.carriedOut.push([numberOf(fourth), act.time]);
        return;
      case wire.SEAT_FILLED: {
        const values = decode('uint8,uint64,uint32,address,uint40', bytesOf(log.data));
        this.seats.push([numberOf(third), numberOf(values[0] as bigint), numberOf(values[2] as bigint)]);
      }
    }
  }

  #paperList(act: Act, told: number, data: Uint8Array): void {
    const call = this.#open(act.time);
    if (call !== told || !call) {
      this.#differ('CALL', act.transaction, { said: told, found: call });
      return;
    }
    const sitting = this.sittings[call];
    for (const member of readMembers(decode('bytes32,bytes', data)[1] as Uint8Array)) {
      const isThere = sitting.present.has(member) || sitting.paper.has(member);
      if (isThere || !this.register.mayVote(member, this.notice.noticedAt, act.place)) {
        this.#differ('PAPER_LIST', act.transaction, { member });
      } else {
        sitting.paper.add(member);
      }
    }
  }

  #proxy(act: Act, member: number, holder: number): void {
    const isIn = this.sittings[1].present.has(member) || this.sittings[2].present.has(member);
    const onRoll = [member, holder].every((each) => this.register.mayVote(each, this.notice.noticedAt, act.place));
    const hops = this.#proxies.has(member) || this.#proxies.has(holder) || this.#held.has(member);
    const held = this.#held.get(holder) ?? 0;
    const full = held >= this.notice.proxiesPerHolder;
    if (member === holder || isIn || hops || full || !onRoll || !this.#isOrdered(act, member)) {
      this.#differ('PROXY', act.transaction, { member, what: `${holder}` });
      return;
    }
    this.#proxies.set(member, holder);
    this.#held.set(holder, held + 1);
  }

  /** Whether the member's order is theirs and in time; believed where a contract sent it. */
  #isOrdered(act: Act, member: number): boolean {
    const isSeen = act.selector === wire.APPOINT_CALL || act.selector === wire.OBJECT_CALL;
    const verdict = isSeen ? this.orders.verdict(act.transaction) : 'ASK';
    if (verdict === 'ASK') this.byContract.push({ transaction: act.transaction, member });
    return verdict !== 'BAD' && (!isSeen || act.time <= numberOf(act.values[3] as bigint));
  }

  #consensus(act: Act, number: number, data: Uint8Array): void {
    const until = numberOf(decode('address,uint40', data)[1] as bigint);
    const call = this.#open(act.time);
    const motion = motionAt(this.notice, number);
    const { present, paper } = this.sittings[1];
    const isDecided = call === 2 && present.size + paper.size >= needed(this.notice, 1);
    const allowed =
      call &&
      !isDecided &&
      !motion.isWeighty &&
      !this.withdrawn.has(number) &&
      !this.sittings[call].declared.has(number) &&
      until === act.time + this.notice.objectionPeriod &&
      until <= this.notice.windows[call - 1]!.closesAt;
    if (!allowed) {
      this.#differ('CONSENSUS', act.transaction, { what: `${number}` });
      return;
    }
    this.sittings[call].declared.add(number);
    this.#objectable.set(number, { call, until });
  }

  #objection(act: Act, number: number, member: number): void {
    const open = this.#objectable.get(number);
    const onRoll = this.register.mayVote(member, this.notice.noticedAt, act.place);
    if (!open || act.time >= open.until || !onRoll || !this.#isOrdered(act, member)) {
      this.#differ('OBJECTION', act.transaction, { member, what: `${number}` });
      return;
    }
    this.sittings[open.call].objected.add(number);
  }
}

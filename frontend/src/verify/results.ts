/** Quorum, tallies, outcomes and the elected of a replayed meeting, and the report of a recount. */

import type { Bundle } from './bundle';
import { isElection, type Motion, motionAt, needed } from './notice';
import type { Call, Difference, Replay } from './replay';

export type Outcome = 'PENDING' | 'PASSED' | 'CONSENSUS' | 'REJECTED' | 'NO_QUORUM' | 'WITHDRAWN';

export interface CallReport {
  readonly present: number;
  readonly needed: number;
  readonly quorate: boolean;
  readonly paper: number;
  readonly ballots: number;
}

interface Decided {
  readonly outcome: Outcome;
  readonly call: 0 | Call;
}

export interface ResolutionReport extends Decided {
  readonly FOR: number;
  readonly AGAINST: number;
  readonly ABSTAIN: number;
  readonly passed: boolean;
}

export interface ElectionReport extends Decided {
  readonly votes: Readonly<Record<string, number>>;
  readonly elected: readonly number[];
}

/** As `koperasi recount --json` prints it. */
export interface Report {
  readonly meeting: number;
  readonly chain_id: number;
  readonly rat: string;
  readonly box: string;
  readonly block: number;
  readonly noticed_at: number;
  readonly eligible: number;
  readonly first_call: CallReport;
  readonly second_call: CallReport | null;
  readonly ballots_accepted: number;
  readonly rejected: readonly { readonly row: number; readonly reason: string }[];
  readonly motions: Readonly<Record<string, ResolutionReport>>;
  readonly elections: Readonly<Record<string, ElectionReport>>;
  readonly by_contract: readonly { readonly transaction: string; readonly member: number }[];
  readonly differences: readonly Difference[];
}

/** What the meeting came to at the second `until`. */
class Results {
  readonly #tallies = new Map<string, number[]>();

  constructor(
    private readonly replay: Replay,
    private readonly until: number,
  ) {}

  call(call: Call): CallReport {
    const { present, paper, ballots } = this.replay.sittings[call];
    return {
      present: present.size,
      needed: needed(this.replay.notice, call),
      quorate: this.#isQuorate(call),
      paper: paper.size,
      ballots: ballots.size,
    };
  }

  /** The first always, the second once the first closed without a quorum (the paper list apart). */
  takesPlace(call: Call): boolean {
    return call === 1 || (this.until >= this.replay.notice.windows[0].closesAt && !this.#isQuorate(1));
  }

  resolution(motion: Motion): ResolutionReport {
    const { outcome, call } = this.outcome(motion);
    const [FOR, AGAINST, ABSTAIN] = this.#tally(this.#shown(call), motion) as [number, number, number];
    return { FOR, AGAINST, ABSTAIN, passed: outcome === 'PASSED' || outcome === 'CONSENSUS', outcome, call };
  }

  election(motion: Motion): ElectionReport {
    const { outcome, call } = this.outcome(motion);
    const tally = this.#tally(this.#shown(call), motion);
    const votes = Object.fromEntries(motion.candidates.map((member, at) => [`${member}`, tally[at]!]));
    return { votes, elected: this.elected(motion), outcome, call };
  }

  /** In the order of votes, ties by the list; nobody without a vote, or where no call decided. */
  elected(motion: Motion): number[] {
    const { outcome, call } = this.outcome(motion);
    if (!isElection(motion) || outcome !== 'PASSED' || !call) return [];
    const tally = this.#tally(call, motion);
    const places = motion.candidates.map((_, at) => at).sort((one, other) => tally[other]! - tally[one]!);
    const best = places.slice(0, motion.seats).filter((at) => tally[at]);
    return best.map((at) => motion.candidates[at]!);
  }

  #isQuorate(call: Call, weighty = true): boolean {
    const { present, paper } = this.replay.sittings[call];
    return present.size + (weighty ? 0 : paper.size) >= needed(this.replay.notice, call);
  }

  /** The call whose tally is shown: the one that decided, else the last that takes place. */
  #shown(call: 0 | Call): Call {
    return call || (this.takesPlace(2) ? 2 : 1);
  }

  #tally(call: Call, motion: Motion): number[] {
    const key = `${call}/${motion.number}`;
    const found = this.#tallies.get(key) ?? this.#count(call, motion);
    this.#tallies.set(key, found);
    return found;
  }

  #count(call: Call, motion: Motion): number[] {
    const votes = Array<number>(isElection(motion) ? motion.candidates.length : 2).fill(0);
    const { ballots } = this.replay.sittings[call];
    for (const choices of ballots.values()) {
      let marks = choices >> BigInt(motion.firstBox);
      for (let box = 0; box < votes.length; box++, marks >>= 1n) votes[box]! += Number(marks & 1n);
    }
    return isElection(motion) ? votes : [...votes, ballots.size - votes[0]! - votes[1]!];
  }

  outcome(motion: Motion): Decided {
    if (this.replay.withdrawn.has(motion.number)) return { outcome: 'WITHDRAWN', call: 0 };
    for (const call of [1, 2] as const) {
      if (!this.takesPlace(call)) break;
      if (this.until < this.replay.notice.windows[call - 1]!.closesAt) return { outcome: 'PENDING', call: 0 };
      if (this.#isQuorate(call, motion.isWeighty)) return { outcome: this.#decision(call, motion), call };
    }
    return { outcome: 'NO_QUORUM', call: 0 };
  }

  #decision(call: Call, motion: Motion): Outcome {
    if (isElection(motion)) return 'PASSED';
    const [inFavour, against] = this.#tally(call, motion) as [number, number];
    const { declared, objected } = this.replay.sittings[call];
    if (declared.has(motion.number) && !objected.has(motion.number) && !against) return 'CONSENSUS';
    const share = inFavour * 10_000;
    const least = (inFavour + against) * motion.majorityBps;
    const passed = motion.majorityBps === 5_000 ? share > least : inFavour > 0 && share >= least;
    return passed ? 'PASSED' : 'REJECTED';
  }
}

/** The report of a replayed meeting. */
export function reportOf(bundle: Bundle, replay: Replay): Report {
  const { notice } = replay;
  const results = new Results(replay, bundle.until);
  const second = results.takesPlace(2) ? results.call(2) : null;
  const roll = { kind: 'ROLL', said: notice.rollSaid, found: notice.roll };
  const of = <T>(wanted: boolean, make: (motion: Motion) => T): Record<string, T> =>
    Object.fromEntries(
      notice.motions.filter((each) => isElection(each) === wanted).map((each) => [`${each.number}`, make(each)]),
    );
  return {
    meeting: notice.meeting,
    chain_id: bundle.chain_id,
    rat: bundle.rat,
    box: bundle.box,
    block: bundle.block,
    noticed_at: notice.noticedAt,
    eligible: notice.roll,
    first_call: results.call(1),
    second_call: second,
    ballots_accepted: replay.sittings[second ? 2 : 1].ballots.size,
    rejected: replay.refused,
    motions: of(false, (motion) => results.resolution(motion)),
    elections: of(true, (motion) => results.election(motion)),
    by_contract: replay.byContract,
    differences: [
      ...(notice.roll === notice.rollSaid ? [] : [roll]),
      ...replay.differences.map(plain),
      ...wrongSeats(replay, results),
      ...wronglyCarriedOut(replay, results),
    ],
  };
}

/** An office is filled by who was elected to it, or left vacant. */
function wrongSeats(replay: Replay, results: Results): Difference[] {
  return replay.seats.flatMap(([number, seat, member]) => {
    const expected = results.elected(motionAt(replay.notice, number))[seat] ?? 0;
    if (member === 0 || member === expected) return [];
    return [plain({ kind: 'SEAT', what: `${number}.${seat}`, said: member, found: expected })];
  });
}

/** What was carried out had passed, and its delay was over. */
function wronglyCarriedOut(replay: Replay, results: Results): Difference[] {
  const { windows, executionDelay } = replay.notice;
  return replay.carriedOut.flatMap(([number, time]) => {
    const { outcome, call } = results.outcome(motionAt(replay.notice, number));
    const closed = call ? windows[call - 1]!.closesAt : time;
    const isDecided = outcome === 'PASSED' || outcome === 'CONSENSUS';
    return isDecided && time >= closed + executionDelay
      ? []
      : [{ kind: 'CARRIED_OUT', what: `${number}`, found: outcome }];
  });
}

/** Without what is empty. */
function plain(difference: Difference): Difference {
  const fields = Object.entries(difference).filter(([, value]) => value !== '' && value !== 0 && value !== undefined);
  return Object.fromEntries(fields) as unknown as Difference;
}

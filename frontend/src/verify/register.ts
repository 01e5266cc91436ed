/** Who was a member when, and with which signer: the register replayed from its logs. */

import { decode } from './abi';
import { isBefore, type Log, type Place } from './bundle';
import { bytesOf, numberOf } from './hex';
import * as wire from './wire';

export interface Signer {
  readonly since: Place;
  readonly address: string;
  readonly isPasskey: boolean;
}

interface History {
  readonly signers: Signer[];
  readonly turns: { readonly time: number; readonly active: boolean }[];
  readonly recoveries: { readonly place: Place; readonly time: number }[];
}

export class Register {
  readonly #members = new Map<number, History>();

  /** @param logs of the register, in the order of the chain */
  constructor(logs: readonly Log[]) {
    for (const log of logs) this.#add(log);
  }

  #add(log: Log): void {
    const member = numberOf(log.topics[1]!);
    const history = this.#members.get(member) ?? { signers: [], turns: [], recoveries: [] };
    this.#members.set(member, history);
    switch (log.topics[0]) {
      case wire.REGISTERED: {
        const [address, kind] = decode('address,uint8,uint32', bytesOf(log.data)) as [string, bigint];
        history.signers.push({ since: log.place, address, isPasskey: kind === 1n });
        break;
      }
      case wire.SIGNER_CHANGED: {
        const [kind, recovered] = decode('uint8,bool', bytesOf(log.data)) as [bigint, bigint];
        const address = `0x${log.topics[2]!.slice(-40).toLowerCase()}`;
        history.signers.push({ since: log.place, address, isPasskey: kind === 1n });
        if (recovered) history.recoveries.push({ place: log.place, time: log.time });
        break;
      }
      case wire.ACTIVATED:
      case wire.REINSTATED:
        history.turns.push({ time: log.time, active: true });
        break;
      default:
        if (history.turns.at(-1)?.active) history.turns.push({ time: log.time, active: false });
    }
  }

  /** Whether `member` was active just before the second `time`. */
  wasActive(member: number, time: number): boolean {
    return this.#members.get(member)?.turns.findLast((turn) => turn.time < time)?.active ?? false;
  }

  /** Members active just before the second `time`. */
  roll(time: number): number {
    return [...this.#members.keys()].filter((member) => this.wasActive(member, time)).length;
  }

  /** The signer of `member` at a place of the chain. */
  signer(member: number, place: Place): Signer | undefined {
    return this.#members.get(member)?.signers.findLast((signer) => !isBefore(place, signer.since));
  }

  /** On the roll of a notice, and not recovered at or after its second, as far as `place` knows. */
  mayVote(member: number, noticedAt: number, place: Place): boolean {
    if (!this.wasActive(member, noticedAt)) return false;
    const recoveries = this.#members.get(member)!.recoveries;
    return !recoveries.some((each) => isBefore(each.place, place) && each.time >= noticedAt);
  }
}

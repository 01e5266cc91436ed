/** Which signatures a meeting's calldata holds, who must have given each, and whether they are theirs. */

import { type Act } from './acts';
import type { Bundle } from './bundle';
import { numberOf } from './hex';
import { callAt, type Notice } from './notice';
import type { Paper } from './papers';
import type { Register } from './register';
import { BALLOT, boundTo, CHECK_IN, check, OBJECTION, PROXY, type Signed, type Verdict } from './signatures';
import * as wire from './wire';

/** Signatures that are checked before the page may breathe. */
const AT_ONCE = 50;

export class Orders {
  readonly #signed = new Map<string, Signed>();
  readonly #verdicts = new Map<string, Verdict>();

  constructor(
    acts: readonly Act[],
    private readonly register: Register,
    private readonly notice: Notice,
  ) {
    const holders = new Map<number, number>();
    for (const act of acts) {
      act.papers.forEach((paper, index) => this.#add(act, index, this.#ofPaper(act, paper, holders)));
      this.#addOrder(act, holders);
    }
  }

  get size(): number {
    return this.#signed.size;
  }

  /** Check every signature; `tell` hears how many are done. */
  async check(bundle: Bundle, tell: (done: number) => void): Promise<void> {
    const bound = boundTo(bundle.chain_id, bundle.box, bundle.rp_id);
    for (const [key, signed] of this.#signed) {
      this.#verdicts.set(key, check(bound, signed));
      if (this.#verdicts.size % AT_ONCE === 0) {
        tell(this.#verdicts.size);
        await new Promise((resolve) => setTimeout(resolve));
      }
    }
  }

  /** Signers whose signature is no EOA's: contract wallets, or nobody. */
  unsettled(): string[] {
    const asked = [...this.#verdicts].filter(([, verdict]) => verdict === 'ASK');
    return [...new Set(asked.map(([key]) => this.#signed.get(key)!.signer))];
  }

  /** Only a contract wallet can vouch for what is no EOA's signature. */
  settle(contracts: readonly string[]): void {
    for (const [key, verdict] of this.#verdicts) {
      if (verdict === 'ASK' && !contracts.includes(this.#signed.get(key)!.signer)) this.#verdicts.set(key, 'BAD');
    }
  }

  verdict(transaction: string, index = 0): Verdict {
    return this.#verdicts.get(`${transaction}/${index}`) ?? 'BAD';
  }

  #add(act: Act, index: number, signed: Signed | null): void {
    if (signed) this.#signed.set(`${act.transaction}/${index}`, signed);
  }

  #addOrder(act: Act, holders: Map<number, number>): void {
    if (act.selector !== wire.APPOINT_CALL && act.selector !== wire.OBJECT_CALL) return;
    const signature = act.values[4] as Uint8Array;
    const [meeting, second, third, deadline] = act.values.slice(0, 4).map((each) => numberOf(each as bigint)) as [
      number,
      number,
      number,
      number,
    ];
    if (act.selector === wire.APPOINT_CALL) {
      holders.set(second, third);
      this.#add(act, 0, this.#by(second, act, PROXY, [second, third, meeting, deadline], signature));
    } else {
      this.#add(act, 0, this.#by(third, act, OBJECTION, [third, meeting, second, deadline], signature));
    }
  }

  #ofPaper(act: Act, paper: Paper, holders: ReadonlyMap<number, number>): Signed | null {
    const { member, meeting, deadline, choices, signature } = paper;
    if (act.selector === wire.CAST_BY_PROXY_CALL) {
      const values = [member, meeting, callAt(this.notice, act.time), choices, deadline];
      return this.#by(holders.get(member) ?? 0, act, BALLOT, values, signature);
    }
    if (act.selector === wire.CAST_CALL) {
      return this.#by(member, act, BALLOT, [member, meeting, paper.call, choices, deadline], signature);
    }
    if (act.selector === wire.CHECK_IN_CALL) {
      return this.#by(member, act, CHECK_IN, [member, meeting, paper.call, deadline], signature);
    }
    return null;
  }

  /** The order as one of `member`, by the signer at that place of the chain. */
  #by(
    member: number,
    act: Act,
    type: string,
    values: readonly (number | bigint)[],
    signature: Uint8Array,
  ): Signed | null {
    const signer = this.register.signer(member, act.place);
    return signer ? { type, values, signer: signer.address, isPasskey: signer.isPasskey, signature } : null;
  }
}

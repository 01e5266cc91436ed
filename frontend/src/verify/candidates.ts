/** Candidates' consents: what each signed before the notice named them, as the RAT had to check it. */

import { decode, type Value } from './abi';
import type { Bundle, Log } from './bundle';
import { bigOf, bytesOf, join, keccak, numberOf, VerifyError, word } from './hex';
import type { Register } from './register';
import type { Replay } from './replay';
import { boundTo, CANDIDACY, check, RAT_DOMAIN, type Signed, type Verdict } from './signatures';
import * as wire from './wire';

/** `signed` is null where only the RAT knows what was signed. */
interface Consent {
  readonly motion: number;
  readonly member: number;
  readonly deadline: number;
  readonly isActive: boolean;
  readonly signed: Signed | null;
  readonly verdict: Verdict;
}

export class Consents {
  readonly #convened: Log;
  readonly #all: Consent[];

  constructor(bundle: Bundle, logs: readonly Log[], register: Register) {
    const of = (kind: string) => logs.filter((log) => log.address === bundle.rat && log.topics[0] === kind);
    const [convened] = of(wire.CONVENED);
    if (!convened) throw new VerifyError('noMeeting');
    this.#convened = convened;
    const bound = boundTo(bundle.chain_id, bundle.rat, bundle.rp_id, RAT_DOMAIN);
    this.#all = consentsOf(bundle, convened, of(wire.MOTION_PUT), register).map((each) => ({
      ...each,
      verdict: each.signed ? check(bound, each.signed) : 'ASK',
    }));
  }

  /** Signers whose signature is no EOA's: contract wallets, or nobody. */
  unsettled(): string[] {
    return this.#all.flatMap(({ verdict, signed }) => (verdict === 'ASK' && signed ? [signed.signer] : []));
  }

  /** Tell the replay of consents that are not the candidate's, and of those that only a contract checked. */
  judge(contracts: readonly string[], replay: Replay): void {
    const { transaction, time } = this.#convened;
    for (const { motion, member, deadline, isActive, signed, verdict } of this.#all) {
      const isAsked = verdict === 'ASK' && (!signed || contracts.includes(signed.signer));
      if ((verdict !== 'GOOD' && !isAsked) || !isActive || time > deadline) {
        replay.differences.push({ kind: 'CONSENT', transaction, member, what: `${motion}` });
      } else if (isAsked) {
        replay.byContract.push({ transaction, member });
      }
    }
  }
}

function consentsOf(
  bundle: Bundle,
  convened: Log,
  put: readonly Log[],
  register: Register,
): Omit<Consent, 'verdict'>[] {
  const types = `uint8,uint16,bytes32,bytes32,uint32,${wire.CALL},${wire.CALL},${wire.BYLAWS}`;
  const told = decode(types, bytesOf(convened.data));
  const salt = saltOf(bundle, convened);
  return put.flatMap((log, at) => {
    const [content] = decode(wire.MOTION, bytesOf(log.data)) as [Value[]];
    const [offices, termDays, , candidates] = content[5] as [bigint[], bigint, Value, Value[][]];
    return candidates.map((candidate) => {
      const [number, account, deadline, signature] = candidate as [bigint, string, bigint, Uint8Array];
      const member = numberOf(number);
      const signer = register.signer(member, convened.place);
      const isActive = register.wasActive(member, convened.time);
      let signed: Signed | null = null;
      if (salt && signer) {
        const first = told[5] as [bigint, bigint];
        const election = electionOf(told[3] as Uint8Array, salt, first, offices, termDays);
        const values = [member, bigOf(election), bigOf(bytesOf(account)), deadline];
        signed = { type: CANDIDACY, values, signer: signer.address, isPasskey: signer.isPasskey, signature };
      }
      return { motion: at + 1, member, deadline: numberOf(deadline), isActive: !!signer && isActive, signed };
    });
  });
}

/** keccak256(abi.encode(documents, salt, first, offices, termDays)): what a candidate stands for. */
function electionOf(
  documents: Uint8Array,
  salt: Uint8Array,
  first: readonly [bigint, bigint],
  offices: readonly bigint[],
  termDays: bigint,
): Uint8Array {
  const head = [documents, salt, word(first[0]), word(first[1]), word(6 * 32), word(termDays)];
  return keccak(join(...head, word(offices.length), ...offices.map(word)));
}

/** The notice's, from the calldata that convened; null where that went through a contract. */
function saltOf(bundle: Bundle, convened: Log): Uint8Array | null {
  const sent = bundle.transactions[convened.transaction]!;
  if (sent.to !== bundle.rat || sent.input.slice(0, 10) !== wire.CONVENE_CALL) return null;
  const [notice] = decode(wire.NOTICE, bytesOf(`0x${sent.input.slice(10)}`)) as [Value[]];
  return notice[3] as Uint8Array;
}

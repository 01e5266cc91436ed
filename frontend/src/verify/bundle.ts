/** The raw logs and transactions of one meeting, as `koperasi recount --bundle` writes them. */

import { VerifyError } from './hex';

/** Block, log index, transaction (empty in the register's logs), address, topics, data. */
export type RawLog = readonly [number, number, string, string, readonly string[], string];

export interface Transaction {
  readonly sender: string;
  readonly to: string;
  readonly input: string;
}

/** Times are unix seconds by block; contracts are signers that are contract wallets. */
export interface Bundle {
  readonly version: number;
  readonly chain_id: number;
  readonly rat: string;
  readonly box: string;
  readonly registry: string;
  readonly authority: string;
  readonly rp_id: string;
  readonly meeting: number;
  readonly block: number;
  readonly block_hash: string;
  readonly until: number;
  readonly times: Readonly<Record<string, number>>;
  readonly logs: readonly RawLog[];
  readonly transactions: Readonly<Record<string, Transaction>>;
  readonly contracts: readonly string[];
}

export interface Log {
  readonly place: Place;
  readonly time: number;
  readonly transaction: string;
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
}

/** Block and log index. */
export type Place = readonly [number, number];

export function isBefore(one: Place, other: Place): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}

/** A bundle from a file's text. */
export function readBundle(text: string): Bundle {
  let bundle: Bundle;
  try {
    bundle = JSON.parse(text) as Bundle;
  } catch {
    throw new VerifyError('badBundle');
  }
  const addresses = [bundle.rat, bundle.box, bundle.registry, bundle.authority];
  const whole = bundle.version === 1 && Array.isArray(bundle.logs) && !!bundle.transactions && !!bundle.times;
  if (!whole || !addresses.every((each) => /^0x[0-9a-f]{40}$/.test(each))) throw new VerifyError('badBundle');
  return bundle;
}

/** The logs with the times of their blocks. */
export function logsOf(bundle: Bundle): Log[] {
  return bundle.logs.map(([block, index, transaction, address, topics, data]) => {
    const time = bundle.times[block];
    const known = address === bundle.registry || bundle.transactions[transaction] !== undefined;
    if (time === undefined || !topics.length || !known) throw new VerifyError('badBundle', `${block}/${index}`);
    return { place: [block, index], time, transaction, address, topics, data };
  });
}

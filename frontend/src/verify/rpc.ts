/** The raw logs and transactions of a meeting from a node, checked at the door. */

import type { Bundle, RawLog, Transaction } from './bundle';
import { hexOf, numberOf, VerifyError, word } from './hex';
import * as wire from './wire';

/** Where a cooperative is: its contracts, the domain of its passkeys, and the oldest block with a log of theirs. */
export interface Where {
  readonly rat: string;
  readonly box: string;
  readonly registry: string;
  readonly authority: string;
  readonly rpId: string;
  readonly firstBlock: number;
}

/** Hears what is read, how much of it, and of how much. */
export type Tell = (what: 'log' | 'header' | 'transaction', done: number, all: number) => void;

type Call = readonly [method: string, params: readonly unknown[]];

interface LogJson {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockHash: string;
  readonly blockNumber: string;
  readonly transactionHash: string;
  readonly logIndex: string;
  readonly removed?: boolean;
}

interface HeaderJson {
  readonly hash: string;
  readonly number: string;
  readonly timestamp: string;
}

const BATCH = 100;
const LONGEST_RANGE = 10_000;
/** Blocks below which an endpoint's refusal is no matter of the range. */
const SHORTEST_RANGE = 10;

export class Node {
  constructor(private readonly url: string) {}

  /** All that a recount of `meeting` needs, but for which signers are contracts. */
  async bundle(where: Where, meeting: number, tell: Tell): Promise<Bundle> {
    const [chainId] = await this.#ask<string>([['eth_chainId', []]]);
    const [head] = await this.#ask<HeaderJson>([['eth_getBlockByNumber', ['latest', false]]]);
    const raw = await this.#logs(where, meeting, numberOf(head!.number), tell);
    const blocks = [...new Set(raw.map((log) => log.blockNumber))];
    const headers = await this.#inBatches<HeaderJson>(
      blocks.map((block) => ['eth_getBlockByNumber', [block, false]]),
      (done, all) => tell('header', done, all),
    );
    const byNumber = new Map(headers.map((header) => [numberOf(header.number), header]));
    for (const log of raw) {
      if (byNumber.get(numberOf(log.blockNumber))?.hash !== log.blockHash) throw new VerifyError('changed');
    }
    const ofMeeting = raw.filter((log) => log.address.toLowerCase() !== where.registry);
    return {
      version: 1,
      chain_id: numberOf(chainId!),
      rat: where.rat,
      box: where.box,
      registry: where.registry,
      authority: where.authority,
      rp_id: where.rpId,
      meeting,
      block: numberOf(head!.number),
      block_hash: head!.hash,
      until: numberOf(head!.timestamp),
      times: Object.fromEntries([...byNumber].map(([block, header]) => [block, numberOf(header.timestamp)])),
      logs: raw.map((log) => rawLog(log, where.registry)),
      transactions: await this.#transactions([...new Set(ofMeeting.map((log) => log.transactionHash))], tell),
      contracts: [],
    };
  }

  /** Those of `addresses` that have code. */
  async wallets(addresses: readonly string[]): Promise<string[]> {
    const calls = addresses.map((address): Call => ['eth_getCode', [address, 'latest']]);
    const codes = await this.#inBatches<string>(calls, () => undefined);
    return addresses.filter((_, at) => codes[at] !== '0x');
  }

  async #logs(where: Where, meeting: number, last: number, tell: Tell): Promise<LogJson[]> {
    const number = hexOf(word(meeting));
    const questions = [
      { address: where.registry, topics: [wire.OF_REGISTER] },
      { address: where.rat, topics: [wire.OF_RAT, [number]] },
      { address: where.rat, topics: [[wire.CARRIED_OUT], [`0x${where.rat.slice(2).padStart(64, '0')}`], [number]] },
      { address: where.box, topics: [wire.OF_BOX, [number]] },
    ];
    const found: LogJson[] = [];
    let range = LONGEST_RANGE;
    for (let first = where.firstBlock; first <= last; ) {
      const until = Math.min(last, first + range - 1);
      const ends = { fromBlock: `0x${first.toString(16)}`, toBlock: `0x${until.toString(16)}` };
      let answers: LogJson[][];
      try {
        answers = await this.#ask<LogJson[]>(questions.map((each) => ['eth_getLogs', [{ ...ends, ...each }]]));
      } catch (error) {
        if (range <= SHORTEST_RANGE) throw error;
        range = Math.floor(range / 2);
        continue;
      }
      questions.forEach(({ address, topics }, at) => checkLogs(answers[at]!, address, topics[0]!, first, until));
      found.push(...answers.flat().sort(byPlace));
      tell('log', until - where.firstBlock + 1, last - where.firstBlock + 1);
      first = until + 1;
    }
    return found;
  }

  async #transactions(hashes: readonly string[], tell: Tell): Promise<Record<string, Transaction>> {
    const answers = await this.#inBatches<{ hash: string; from: string; to: string | null; input: string }>(
      hashes.map((hash) => ['eth_getTransactionByHash', [hash]]),
      (done, all) => tell('transaction', done, all),
    );
    if (answers.some((each, at) => each.hash !== hashes[at])) throw new VerifyError('endpoint', 'transaction');
    return Object.fromEntries(
      answers.map(({ hash, from, to, input }) => [
        hash,
        { sender: from.toLowerCase(), to: (to ?? '').toLowerCase(), input },
      ]),
    );
  }

  async #inBatches<T>(calls: readonly Call[], tell: (done: number, all: number) => void): Promise<T[]> {
    const found: T[] = [];
    while (found.length < calls.length) {
      found.push(...(await this.#ask<T>(calls.slice(found.length, found.length + BATCH))));
      tell(found.length, calls.length);
    }
    return found;
  }

  /** The results of a batch, in the order of the calls; none may be missing. */
  async #ask<T>(calls: readonly Call[]): Promise<T[]> {
    if (!calls.length) return [];
    const body = calls.map(([method, params], id) => ({ jsonrpc: '2.0', id, method, params }));
    let answers: { id: number; result?: T | null; error?: { message?: string } }[];
    try {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(body) });
      answers = await response.json();
    } catch (error) {
      throw new VerifyError('endpoint', error instanceof Error ? error.message : '');
    }
    if (!Array.isArray(answers)) throw new VerifyError('endpoint', JSON.stringify(answers).slice(0, 200));
    return calls.map(([method], id) => {
      const answer = answers.find((each) => each.id === id);
      if (answer?.result == null) throw new VerifyError('endpoint', `${method}: ${answer?.error?.message ?? 'null'}`);
      return answer.result;
    });
  }
}

/** Logs that were asked for, each once and in order. */
function checkLogs(
  logs: readonly LogJson[],
  address: string,
  topics: readonly string[],
  first: number,
  last: number,
): void {
  logs.forEach((log, at) => {
    const block = numberOf(log.blockNumber);
    const before = logs[at - 1];
    const asked = log.address.toLowerCase() === address && topics.includes(log.topics[0] ?? '') && !log.removed;
    if (!asked || block < first || block > last || (before && byPlace(before, log) >= 0)) {
      throw new VerifyError('endpoint', `eth_getLogs ${block}/${numberOf(log.logIndex)}`);
    }
  });
}

function byPlace(one: LogJson, other: LogJson): number {
  return (
    numberOf(one.blockNumber) - numberOf(other.blockNumber) || numberOf(one.logIndex) - numberOf(other.logIndex)
  );
}

function rawLog(log: LogJson, registry: string): RawLog {
  const address = log.address.toLowerCase();
  const transaction = address === registry ? '' : log.transactionHash;
  return [numberOf(log.blockNumber), numberOf(log.logIndex), transaction, address, log.topics, log.data];
}

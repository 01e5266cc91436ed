import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Bundle } from './bundle';
import { recount } from './recount';
import type { Report } from './results';
import { Node } from './rpc';
import vectors from './vectors.json';

const meetings = vectors as unknown as { name: string; bundle: Bundle; report: Report }[];
const { bundle, report } = meetings.find((each) => each.name === 'every reason')!;
const where = { ...bundle, rpId: bundle.rp_id, firstBlock: 100 };
const hashOf = (block: number) => `0x${block.toString(16).padStart(64, '0')}`;

type Filter = { fromBlock: string; toBlock: string; address: string; topics: string[][] };

/** A node that answers with the bundle; `change` may spoil an answer. */
function answer(method: string, params: unknown[]): unknown {
  switch (method) {
    case 'eth_chainId':
      return `0x${bundle.chain_id.toString(16)}`;
    case 'eth_getBlockByNumber': {
      const number = params[0] === 'latest' ? bundle.block : Number(params[0]);
      const time = params[0] === 'latest' ? bundle.until : bundle.times[number];
      return { number: `0x${number.toString(16)}`, hash: hashOf(number), timestamp: `0x${time!.toString(16)}` };
    }
    case 'eth_getLogs':
      return logs(params[0] as Filter);
    case 'eth_getTransactionByHash': {
      const { sender, to, input } = bundle.transactions[params[0] as string]!;
      return { hash: params[0], from: sender, to, input };
    }
    default:
      return bundle.contracts.includes(params[0] as string) ? '0x60' : '0x';
  }
}

function logs({ fromBlock, toBlock, address, topics }: Filter): unknown[] {
  return bundle.logs
    .filter(([block, , , emitter, found]) => {
      const isAsked = topics.every((each, at) => each.includes(found[at]!));
      return block >= Number(fromBlock) && block <= Number(toBlock) && emitter === address && isAsked;
    })
    .map(([block, index, transaction, emitter, found, data]) => ({
      address: emitter,
      topics: found,
      data,
      blockHash: hashOf(block),
      blockNumber: `0x${block.toString(16)}`,
      transactionHash: transaction || hashOf(0),
      logIndex: `0x${index.toString(16)}`,
      removed: false,
    }));
}

function serve(change: (method: string, found: unknown, params: unknown[]) => unknown = (_, found) => found): void {
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => ({
    json: async () =>
      (JSON.parse(body) as { id: number; method: string; params: unknown[] }[]).map(({ id, method, params }) => {
        const found = change(method, answer(method, params), params);
        return found instanceof Error ? { id, error: { message: found.message } } : { id, result: found };
      }),
  }));
}

const read = () => new Node('http://node').bundle(where, bundle.meeting, () => undefined);

afterEach(() => vi.unstubAllGlobals());

describe('Node', () => {
  it('reads what the bundle holds', async () => {
    serve();
    const node = new Node('http://node');
    const found = await node.bundle(where, bundle.meeting, () => undefined);
    expect(found.logs).toEqual(bundle.logs);
    const counted = await recount(found, undefined, (signers) => node.wallets(signers));
    expect(counted.report).toEqual(report);
  });

  it('asks for shorter ranges until the node takes them, or gives up', async () => {
    const asked: number[] = [];
    let most = 40;
    serve((method, found, [filter]) => {
      if (method !== 'eth_getLogs') return found;
      const { fromBlock, toBlock } = filter as Filter;
      asked.push(Number(toBlock) - Number(fromBlock) + 1);
      return asked.at(-1)! > most ? new Error('too many') : found;
    });
    const long = { ...where, firstBlock: 0 };
    const found = await new Node('http://node').bundle(long, bundle.meeting, () => undefined);
    expect(found.logs).toEqual(bundle.logs);
    expect(Math.max(...asked)).toBe(bundle.block + 1);
    most = 0;
    await expect(read()).rejects.toMatchObject({ key: 'endpoint', detail: 'eth_getLogs: too many' });
  });

  it.each<[string, string, (found: never) => unknown]>([
    ['a log of another address', 'eth_getLogs', (found: object[]) => found.map((log) => ({ ...log, address: hashOf(1) }))],
    ['a log twice', 'eth_getLogs', (found: object[]) => [...found, ...found.slice(-1)]],
    ['a removed log', 'eth_getLogs', (found: object[]) => found.map((log) => ({ ...log, removed: true }))],
    ['another transaction', 'eth_getTransactionByHash', (found: object) => ({ ...found, hash: hashOf(1) })],
    ['no transaction', 'eth_getTransactionByHash', () => null],
  ] as never)('refuses %s', async (_, wrong, change) => {
    serve((method, found) => (method === wrong ? change(found as never) : found));
    await expect(read()).rejects.toMatchObject({ key: 'endpoint' });
  });

  it('sees that the chain changed while it was read', async () => {
    serve((method, found) =>
      method === 'eth_getLogs' ? (found as object[]).map((log) => ({ ...log, blockHash: hashOf(1) })) : found,
    );
    await expect(read()).rejects.toMatchObject({ key: 'changed' });
  });

  it('says what is wrong where nobody answers', async () => {
    vi.stubGlobal('fetch', async () => Promise.reject(new Error('no connection')));
    await expect(read()).rejects.toMatchObject({ key: 'endpoint', detail: 'no connection' });
  });
});

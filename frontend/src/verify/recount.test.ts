import { describe, expect, it } from 'vitest';
import type { Bundle } from './bundle';
import { readBundle } from './bundle';
import { recount } from './recount';
import type { Report } from './results';
import vectors from './vectors.json';

const meetings = vectors as unknown as { name: string; bundle: Bundle; report: Report }[];

describe('recount', () => {
  it.each(meetings)('finds in "$name" what Python finds', async ({ bundle, report }) => {
    expect((await recount(readBundle(JSON.stringify(bundle)))).report).toEqual(report);
  });

  it('asks which signers are contracts, where it is told whom to ask', async () => {
    const { bundle } = meetings.find((each) => each.name === 'every reason')!;
    const asked: string[] = [];
    const { report } = await recount(bundle, undefined, async (signers) => {
      asked.push(...signers);
      return [];
    });
    expect(asked).toContain(bundle.contracts[0]);
    expect(report.by_contract).toEqual([]);
    expect(report.differences).toMatchObject([{ kind: 'ACCEPTED', member: 9, found: 'BAD_SIGNATURE' }]);
  });

  it('stops at a bundle that is not whole', async () => {
    const { bundle } = meetings[0]!;
    const [first] = Object.keys(bundle.transactions);
    const transactions = Object.fromEntries(Object.entries(bundle.transactions).filter(([hash]) => hash !== first));
    await expect(recount({ ...bundle, transactions })).rejects.toMatchObject({ key: 'badBundle' });
    await expect(recount({ ...bundle, logs: [] })).rejects.toMatchObject({ key: 'noMeeting' });
  });

  it.each(['', '{}', '[]', '{"version":2}'])('does not take %s for a bundle', (text) => {
    expect(() => readBundle(text)).toThrowError(/badBundle/);
  });
});

import { describe, expect, it } from 'vitest';
import { effectiveRateBps } from './effectiveRate';
import { quote } from './quote';
import { type Method, schedule, type Terms, totalInterest, withinRateCap } from './schedule';
import vectors from './vectors.json';

const TERMS: Terms = {
  principal: 12_000_000n,
  rateBps: 1_200,
  months: 12,
  method: 'ANNUITY',
  graceMonths: 0,
  roundingExponent: 0,
  disbursedOn: '2025-01-31',
};

describe('schedule', () => {
  it.each(vectors.map((vector, index) => [index, vector.method, vector] as const))(
    'agrees with the rules in Python: loan %i, %s',
    (_index, method, vector) => {
      const terms = { ...vector, principal: BigInt(vector.principal), method: method as Method };
      const rows = schedule(terms);
      expect(rows.map((row) => [row.dueOn, `${row.principal}`, `${row.interest}`])).toEqual(vector.rows);
      expect(withinRateCap(terms, BigInt(vector.fee))).toBe(vector.withinRateCap);
      expect(effectiveRateBps(rows, terms.principal - BigInt(vector.fee))).toBe(vector.effectiveRateBps);
    },
  );

  it.each([
    ['FLAT', 1_440_000n],
    ['DECLINING', 780_000n],
    ['ANNUITY', 794_226n],
    ['BULLET', 1_440_000n],
  ] as const)('asks at 1%% a month for a year of twelve million %s the interest %s', (method, interest) => {
    expect(totalInterest(schedule({ ...TERMS, method }))).toBe(interest);
  });

  it.each([
    { principal: 0n },
    { principal: 2n ** 56n },
    { rateBps: -1 },
    { rateBps: 2_401 },
    { rateBps: 12.5 },
    { months: 0 },
    { months: 361 },
    { graceMonths: 12 },
    { roundingExponent: 7 },
    { disbursedOn: '31-01-2025' },
  ])('refuses %o', (change) => {
    expect(() => schedule({ ...TERMS, ...change })).toThrow(RangeError);
  });
});

describe('effectiveRateBps', () => {
  it('is 1.01^12 - 1 at 1% a month', () => {
    expect(effectiveRateBps(schedule(TERMS), TERMS.principal)).toBe(1_268);
  });

  it('refuses a loan of which nothing, or next to nothing, is received', () => {
    const rows = schedule(TERMS);
    expect(() => effectiveRateBps(rows, 0n)).toThrow(RangeError);
    expect(() => effectiveRateBps(schedule({ ...TERMS, months: 1 }), 1n)).toThrow(RangeError);
  });
});

describe('quote', () => {
  it('sums up what a borrower wants to know', () => {
    const { rows, ...found } = quote(TERMS, 120_000n);
    expect(rows).toHaveLength(12);
    expect(found).toEqual({
      principal: 12_000_000n,
      fee: 120_000n,
      interest: 794_226n,
      largest: 1_066_191n,
      effectiveRateBps: 1_484,
      allowed: true,
    });
  });

  it.each([-1n, 12_000_000n])('refuses a fee of %s', (fee) => {
    expect(() => quote(TERMS, fee)).toThrow(RangeError);
  });
});

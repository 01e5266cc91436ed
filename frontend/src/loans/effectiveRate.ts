/** What a loan costs a year, all in: (1 + monthly internal rate of return)^12 - 1. */

import type { Instalment } from './schedule';

/** Discount factors are integers in units of 10^-40. */
const SCALE = 10n ** 40n;
const ROOT = 12n;
const MAX_EFFECTIVE_BPS = 2 ** 32 - 1;

/**
 * Basis points a year, rounded half up, of the instalments against the rupiah received. RangeError unless something
 * is received, or if the rate is above 2^32 - 1.
 */
export function effectiveRateBps(rows: readonly Instalment[], received: bigint): number {
  if (received < 1n) throw new RangeError(`${received} rupiah received`);
  const payments = rows.map(({ principal, interest }) => principal + interest);
  let [low, high] = [0, MAX_EFFECTIVE_BPS + 1];
  if (costsAtLeast(payments, received, high)) throw new RangeError(`more than ${MAX_EFFECTIVE_BPS} basis points a year`);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (costsAtLeast(payments, received, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether the payments, discounted at the rate less half a basis point, are worth what was received. */
function costsAtLeast(payments: readonly bigint[], received: bigint, rateBps: number): boolean {
  const discount = twelfthRoot((20_000n * SCALE ** ROOT) / (20_000n + 2n * BigInt(rateBps) - 1n));
  const worth = payments.reduceRight((sum, payment) => ((sum + payment * SCALE) * discount) / SCALE, 0n);
  return worth >= received * SCALE;
}

/** The largest integer whose 12th power is at most `value`, by Newton's method from above. */
function twelfthRoot(value: bigint): bigint {
  let root = 2n * SCALE;
  for (;;) {
    const next = ((ROOT - 1n) * root + value / root ** (ROOT - 1n)) / ROOT;
    if (next >= root) return root;
    root = next;
  }
}

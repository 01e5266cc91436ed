/** All that a borrower wants to know before signing. */

import { effectiveRateBps } from './effectiveRate';
import { type Instalment, schedule, type Terms, totalInterest, withinRateCap } from './schedule';

/** Amounts in rupiah, the effective rate in basis points a year; `allowed`: within the cap of the law. */
export interface Quote {
  readonly rows: readonly Instalment[];
  readonly principal: bigint;
  readonly fee: bigint;
  readonly interest: bigint;
  readonly largest: bigint;
  readonly effectiveRateBps: number;
  readonly allowed: boolean;
}

/** RangeError on terms that no loan can have, and on a fee that leaves nothing of it. */
export function quote(terms: Terms, fee: bigint): Quote {
  if (fee < 0n || fee >= terms.principal) throw new RangeError(`fee of ${fee} rupiah`);
  const rows = schedule(terms);
  const payments = rows.map(({ principal, interest }) => principal + interest);
  return {
    rows,
    principal: terms.principal,
    fee,
    interest: totalInterest(rows),
    largest: payments.reduce((most, payment) => (payment > most ? payment : most), 0n),
    effectiveRateBps: effectiveRateBps(rows, terms.principal - fee),
    allowed: withinRateCap(terms, fee),
  };
}

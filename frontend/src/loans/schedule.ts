/** A loan's schedule before it is signed: the rules of rules/amortization.py, in whole rupiah. */

import { addMonths } from '../format/dates';

export const METHODS = ['FLAT', 'DECLINING', 'ANNUITY', 'BULLET'] as const;
export type Method = (typeof METHODS)[number];

/** Divides basis points a year into a month's rate. */
const MONTHLY = 120_000n;
export const MAX_MONTHS = 360;
export const MAX_PRINCIPAL = 2n ** 56n - 1n;
export const MAX_ROUNDING_EXPONENT = 6;
/** What interest and fee may cost at most: basis points a year, declining equivalent. */
export const RATE_CAP_BPS = 2_400;

/** Terms not yet agreed: rupiah, basis points a year, months; instalments are cut to 10^roundingExponent rupiah. */
export interface Terms {
  readonly principal: bigint;
  readonly rateBps: number;
  readonly months: number;
  readonly method: Method;
  readonly graceMonths: number;
  readonly roundingExponent: number;
  readonly disbursedOn: string;
}

/** What is due on a day, in rupiah; numbers start at 1. */
export interface Instalment {
  readonly number: number;
  readonly dueOn: string;
  readonly principal: bigint;
  readonly interest: bigint;
}

/** All instalments; their principal adds up to the loan's. RangeError on terms that no loan can have. */
export function schedule(terms: Terms): Instalment[] {
  check(terms);
  const step = stepOf(terms);
  const rows: Instalment[] = [];
  let outstanding = terms.principal;
  for (let number = 1; number <= terms.months; number += 1) {
    const interest = interestOf(terms.method === 'FLAT' ? terms.principal : outstanding, terms.rateBps);
    const principal = principalOf(terms, number, step, interest, outstanding);
    outstanding -= principal;
    rows.push({ number, dueOn: addMonths(terms.disbursedOn, number), principal, interest });
  }
  return rows;
}

/** The interest of all instalments, in rupiah. */
export function totalInterest(rows: readonly Instalment[]): bigint {
  return rows.reduce((sum, { interest }) => sum + interest, 0n);
}

/** Whether interest and fee cost at most the DECLINING schedule at the cap on the same principal and months. */
export function withinRateCap(terms: Terms, fee: bigint, capBps: number = RATE_CAP_BPS): boolean {
  if (terms.rateBps > capBps) return false;
  const capped: Terms = { ...terms, method: 'DECLINING', rateBps: capBps, graceMonths: 0, roundingExponent: 0 };
  return totalInterest(schedule(terms)) + fee <= totalInterest(schedule(capped));
}

function check({ principal, rateBps, months, graceMonths, roundingExponent }: Terms): void {
  if (principal < 1n || principal > MAX_PRINCIPAL) throw new RangeError(`principal of ${principal} rupiah`);
  if (!within(rateBps, 0, RATE_CAP_BPS)) throw new RangeError(`rate of ${rateBps} basis points`);
  if (!within(months, 1, MAX_MONTHS)) throw new RangeError(`term of ${months} months`);
  if (!within(graceMonths, 0, months - 1)) throw new RangeError(`grace of ${graceMonths} months`);
  if (!within(roundingExponent, 0, MAX_ROUNDING_EXPONENT)) throw new RangeError(`unit of 10^${roundingExponent} rupiah`);
}

function within(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

function interestOf(amount: bigint, rateBps: number): bigint {
  return divHalfUp(amount * BigInt(rateBps), MONTHLY);
}

function principalOf(terms: Terms, number: number, step: bigint, interest: bigint, outstanding: bigint): bigint {
  if (number === terms.months) return outstanding;
  if (number <= terms.graceMonths) return 0n;
  const part = terms.method === 'ANNUITY' ? step - interest : step;
  return part < outstanding ? part : outstanding;
}

/** What a month after the grace pays: principal, of an ANNUITY principal and interest, of a BULLET nothing. */
function stepOf({ principal, rateBps, months, method, graceMonths, roundingExponent }: Terms): bigint {
  if (method === 'BULLET') return 0n;
  const paying = months - graceMonths;
  const unit = 10n ** BigInt(roundingExponent);
  if (method !== 'ANNUITY' || rateBps === 0) return (principal / BigInt(paying) / unit) * unit;
  const payment = annuityPayment(principal, BigInt(rateBps), paying);
  return ((payment + unit - 1n) / unit) * unit;
}

/** P * i * (1 + i)^n / ((1 + i)^n - 1) for a month's rate i of rate / 120000, exact, then rounded half up. */
function annuityPayment(principal: bigint, rate: bigint, months: number): bigint {
  const growth = (MONTHLY + rate) ** BigInt(months);
  return divHalfUp(principal * rate * growth, MONTHLY * (growth - MONTHLY ** BigInt(months)));
}

function divHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}

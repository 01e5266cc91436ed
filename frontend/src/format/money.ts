/** Money: whole rupiah, a string of digits on the wire, a bigint here, formatted nowhere else. */

const DIGITS = /^-?[0-9]+$/;

/** The bigint of an amount of the API; RangeError on anything that is no whole number. */
export function parseRupiah(text: string): bigint {
  if (!DIGITS.test(text)) throw new RangeError(`${text} is no amount in whole rupiah`);
  return BigInt(text);
}

/** Thousands in groups, as Indonesian writes them: 1.234.567. */
export function groupDigits(amount: bigint): string {
  return amount.toString().replace(/\B(?=(\d{3})+$)/g, '.');
}

/** "Rp 1.234.567", with a space that does not break; a minus stands before it. */
export function formatRupiah(amount: bigint): string {
  return amount < 0n ? `−Rp\u00a0${groupDigits(-amount)}` : `Rp\u00a0${groupDigits(amount)}`;
}

/** Sum of amounts of the API. */
export function sumRupiah(amounts: readonly string[]): bigint {
  return amounts.reduce((sum, amount) => sum + parseRupiah(amount), 0n);
}

const PERCENT = /^([0-9]{1,7})(?:[.,]([0-9]{1,2}))?$/;

/** The basis points of a percentage with at most two decimals, "12,5"; RangeError on anything else. */
export function parsePercent(text: string): number {
  const match = PERCENT.exec(text.trim());
  if (!match) throw new RangeError(`${text} is no percentage`);
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** Basis points as a percentage, "12,68%" or "12.68%". */
export function formatPercent(bps: number, language: string): string {
  const locale = language === 'en' ? 'en-GB' : 'id-ID';
  return `${(bps / 100).toLocaleString(locale, { minimumFractionDigits: 2 })}%`;
}

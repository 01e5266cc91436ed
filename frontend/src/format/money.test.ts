import { describe, expect, it } from 'vitest';
import { formatPercent, formatRupiah, parsePercent, parseRupiah, sumRupiah } from './money';

describe('formatRupiah', () => {
  it.each([
    [0n, 'Rp 0'],
    [999n, 'Rp 999'],
    [1000n, 'Rp 1.000'],
    [1234567n, 'Rp 1.234.567'],
    [-50000n, '−Rp 50.000'],
    [9223372036854775807n, 'Rp 9.223.372.036.854.775.807'],
  ])('writes %s as %s', (amount, text) => {
    expect(formatRupiah(amount).replace('\u00a0', ' ')).toBe(text);
  });
});

describe('parseRupiah', () => {
  it('keeps every digit above 2^53', () => {
    expect(parseRupiah('9007199254740993')).toBe(9007199254740993n);
  });

  it.each(['', '1.5', '1e3', 'Rp 5', '0x10', ' 7'])('refuses %j', (text) => {
    expect(() => parseRupiah(text)).toThrow(RangeError);
  });
});

describe('sumRupiah', () => {
  it('adds without rounding', () => {
    expect(sumRupiah(['9007199254740993', '-1', '1'])).toBe(9007199254740993n);
  });
});

describe('parsePercent', () => {
  it.each([
    ['0', 0],
    ['24', 2400],
    ['12,5', 1250],
    ['12.05', 1205],
    [' 7 ', 700],
  ])('reads %j as %i basis points', (text, bps) => {
    expect(parsePercent(text)).toBe(bps);
  });

  it.each(['', '-1', '12,', '1.234', '1e1', '12%'])('refuses %j', (text) => {
    expect(() => parsePercent(text)).toThrow(RangeError);
  });
});

describe('formatPercent', () => {
  it('writes two decimals in the words of the language', () => {
    expect(formatPercent(1268, 'id')).toBe('12,68%');
    expect(formatPercent(1200, 'en')).toBe('12.00%');
  });
});

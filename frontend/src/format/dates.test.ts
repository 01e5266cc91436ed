import { describe, expect, it } from 'vitest';
import { addMonths, dayNumber, formatDay, formatTime, today } from './dates';

it('writes days in both languages', () => {
  expect(formatDay('2025-12-31', 'id')).toBe('31 Des 2025');
  expect(formatDay('2025-12-31', 'en')).toBe('31 Dec 2025');
});

it('shows times in WIB wherever the device is', () => {
  expect(formatTime(1735664400, 'id')).toContain('1 Jan 2025');
  expect(formatTime(1735664400, 'id')).toMatch(/WIB$/);
});

it('counts days from 1970', () => {
  expect(dayNumber('1970-01-01')).toBe(0);
  expect(dayNumber('2025-01-02')).toBe(20090);
});

it.each(['2025-1-2', '2025-13-01', '', '2025-02-30x'])('refuses %j as a day', (text) => {
  expect(() => dayNumber(text)).toThrow(RangeError);
});

it('has the WIB day at the end of the UTC day', () => {
  expect(today(Date.parse('2025-01-01T16:59:59Z'))).toBe('2025-01-01');
  expect(today(Date.parse('2025-01-01T17:00:00Z'))).toBe('2025-01-02');
});

describe('addMonths', () => {
  it.each([
    ['2025-01-31', 1, '2025-02-28'],
    ['2025-01-31', 2, '2025-03-31'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2024-02-29', 48, '2028-02-29'],
    ['2025-08-30', 6, '2026-02-28'],
    ['2025-11-15', 360, '2055-11-15'],
  ])('counts from %s by %i: %s', (day, count, found) => {
    expect(addMonths(day, count)).toBe(found);
  });
});

/** Days are WIB calendar days (YYYY-MM-DD), times unix seconds shown in WIB. */

const SECONDS_PER_DAY = 86_400;
const WIB_OFFSET_SECONDS = 25_200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** "31 Des 2025" or "31 Dec 2025". */
export function formatDay(day: string, language: string): string {
  return new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
}

/** Day and time of unix seconds in WIB, and says so. */
export function formatTime(seconds: number, language: string): string {
  const text = new Intl.DateTimeFormat(locale(language), {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'Asia/Jakarta',
  }).format(new Date(seconds * 1000));
  return `${text} WIB`;
}

/** Days from 1970-01-01 to a day; RangeError if it is none. */
export function dayNumber(day: string): number {
  const milliseconds = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN;
  if (Number.isNaN(milliseconds)) throw new RangeError(`${day} is no day`);
  return milliseconds / 1000 / SECONDS_PER_DAY;
}

/** The same day `count` months later, or that month's last day where it has no such day; RangeError if `day` is none. */
export function addMonths(day: string, count: number): string {
  const from = new Date(dayNumber(day) * SECONDS_PER_DAY * 1000);
  const month = from.getUTCMonth() + count;
  const last = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const found = Date.UTC(from.getUTCFullYear(), month, Math.min(from.getUTCDate(), last));
  return new Date(found).toISOString().slice(0, 10);
}

/** Today in WIB, as YYYY-MM-DD. */
export function today(now: number = Date.now()): string {
  return new Date(now + WIB_OFFSET_SECONDS * 1000).toISOString().slice(0, 10);
}

function locale(language: string): string {
  return language === 'en' ? 'en-GB' : 'id-ID';
}

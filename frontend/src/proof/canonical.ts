/** The bytes an entry's hash is taken over; docs/api.md describes them. */

import type { Entry } from '../api/types';
import { dayNumber } from '../format/dates';

/** The canonical text of an entry, ASCII with a line feed after every line. */
export function canonicalText(entry: Entry): string {
  const { number, block, log_index: log, rule, subject, receipt } = entry;
  const rows = entry.lines.map(({ account, amount, member, loan, channel }) =>
    [account, amount, member ?? '-', loan ?? '-', channel ?? '-'].join(' '),
  );
  return [
    'koperasi entry 1',
    entry.previous_hash,
    [number, block.number, block.hash, log, rule, subject, dayNumber(entry.book_day), receipt ?? '-'].join(' '),
    ...rows,
    '',
  ].join('\n');
}

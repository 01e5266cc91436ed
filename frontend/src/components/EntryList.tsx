import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Entry } from '../api/types';
import { formatDay } from '../format/dates';
import { sumRupiah } from '../format/money';
import { useWords } from '../i18n/useWords';
import { Amount } from './Amount';
import { FinalBadge } from './FinalBadge';

/** Entries one below the other; each leads to its own page. */
export function EntryList({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <ul className="list-group list-unstyled mb-0">
      {entries.map((entry) => (
        <EntryItem key={entry.number} entry={entry} />
      ))}
    </ul>
  );
}

function EntryItem({ entry }: { readonly entry: Entry }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const members = [...new Set(entry.lines.flatMap(({ member }) => (member === null ? [] : [member])))];
  const details = [
    t('entries.number', { number: entry.number }),
    formatDay(entry.book_day, i18n.language),
    ...members.map((number) => t('entry.member', { number })),
  ];
  return (
    <li>
      <Link to={`/entries/${entry.number}`} className="list-group-item list-group-item-action">
        <div className="d-flex flex-wrap justify-content-between column-gap-3">
          <span className="fw-semibold">{words(entry.title)}</span>
          <span className="fw-semibold">
            <Amount of={turnover(entry)} />
          </span>
        </div>
        <div className="d-flex justify-content-between gap-2 small text-body-secondary">
          <span>{details.join(' · ')}</span>
          {!entry.final && <FinalBadge final={false} />}
        </div>
      </Link>
    </li>
  );
}

/** What an entry moved: the sum of its debits. */
export function turnover(entry: Entry): bigint {
  return sumRupiah(entry.lines.map(({ amount }) => amount).filter((amount) => !amount.startsWith('-')));
}

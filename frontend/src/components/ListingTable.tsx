import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Listing, ListingField } from '../api/types';
import { formatDay } from '../format/dates';
import { useWords } from '../i18n/useWords';
import { Amount } from './Amount';
import { ScrollTable } from './ScrollTable';

const MONEY: readonly ListingField['kind'][] = ['debit', 'credit', 'balance', 'amount'];
const LINKS: Readonly<Record<string, string>> = { entry: '/entries/', member: '/members/' };
const ENGLISH = '_en';

/** A table of records with its totals. Of a text in two languages one column is shown. */
export function ListingTable({ listing }: { readonly listing: Listing }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const shown = columnsOf(listing.fields, i18n.language);
  const hasTotals = listing.totals.some((total) => total !== null);
  return (
    <ScrollTable label={words(listing.title)}>
      <table className="table table-sm align-middle">
        <caption className="caption-top">{words(listing.title)}</caption>
        <thead>
          <tr>
            {shown.map(({ place, field, label }) => (
              <th key={place} scope="col" className={isMoney(field) ? 'amount' : ''}>
                {words(label)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listing.rows.map((row, index) => (
            <tr key={index}>
              {shown.map(({ place, field }) => (
                <Cell key={place} field={field} text={row[place] ?? null} />
              ))}
            </tr>
          ))}
        </tbody>
        {hasTotals && (
          <tfoot className="fw-semibold">
            <tr>
              {shown.map(({ place, field }, index) =>
                index === 0 ? (
                  <th key={place} scope="row">
                    {t('balance.total')}
                  </th>
                ) : (
                  <Cell key={place} field={{ ...field, name: '' }} text={listing.totals[place] ?? null} />
                ),
              )}
            </tr>
          </tfoot>
        )}
      </table>
    </ScrollTable>
  );
}

function Cell({ field, text }: { readonly field: ListingField; readonly text: string | null }) {
  const { i18n } = useTranslation();
  if (text === null) return <td />;
  if (isMoney(field)) {
    return (
      <td className="amount">
        <Amount of={text} hideZero={field.kind !== 'balance'} />
      </td>
    );
  }
  if (field.kind === 'day') return <td className="text-nowrap">{formatDay(text, i18n.language)}</td>;
  const link = LINKS[field.name];
  return <td className={field.name === 'receipt' ? 'text-nowrap' : ''}>{link ? <Link to={link + text}>{text}</Link> : text}</td>;
}

const isMoney = (field: ListingField) => MONEY.includes(field.kind);

interface Column {
  readonly place: number;
  readonly field: ListingField;
  readonly label: ListingField['label'];
}

/** The columns to show: of a text with a field in English beside it, the one of the language, under the first's name. */
export function columnsOf(fields: readonly ListingField[], language: string): Column[] {
  const named = new Map(fields.map((field) => [field.name, field]));
  return fields.flatMap((field, place) => {
    const beside = field.name.endsWith(ENGLISH) ? named.get(field.name.slice(0, -ENGLISH.length)) : undefined;
    const isHidden = language === 'en' ? named.has(field.name + ENGLISH) : beside !== undefined;
    return isHidden ? [] : [{ place, field, label: (beside ?? field).label }];
  });
}

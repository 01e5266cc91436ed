import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { withQuery } from '../api/client';
import type { Statement, StatementRow } from '../api/types';
import { useWords } from '../i18n/useWords';
import { Amount } from './Amount';
import type { Period } from './PeriodForm';
import { ScrollTable } from './ScrollTable';

/** The rows of a statement beside its comparatives; a row leads to the accounts that make it. */
export function StatementTable({ statement, period }: { readonly statement: Statement; readonly period: Period }) {
  const { t } = useTranslation();
  const words = useWords();
  const labels = statement.columns.map(({ label }) => words(label));
  return (
    <ScrollTable label={words(statement.title)}>
      <table className="table table-sm table-stack align-middle">
        <caption className="caption-top">{words(statement.title)}</caption>
        <thead>
          <tr>
            <th scope="col">{t('report.row')}</th>
            {labels.map((label, index) => (
              <th key={index} scope="col" className="amount text-wrap">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {statement.rows.map((row, index) => (
            <Row key={index} row={row} labels={labels} period={period} />
          ))}
        </tbody>
      </table>
    </ScrollTable>
  );
}

interface RowProps {
  readonly row: StatementRow;
  readonly labels: readonly string[];
  readonly period: Period;
}

function Row({ row, labels, period }: RowProps) {
  const words = useWords();
  const strong = row.kind === 'total' || row.kind === 'heading';
  return (
    <tr className={strong ? 'fw-semibold' : ''}>
      <th scope="row" className={`whole-row level-${Math.min(row.level, 4)} ${strong ? '' : 'fw-normal'}`}>
        {words(row.label)} <Accounts codes={row.accounts} period={period} />
      </th>
      {labels.map((label, index) => (
        <Cell key={index} label={label} amount={row.amounts[index]} empty={row.kind === 'heading' || row.kind === 'text'} />
      ))}
    </tr>
  );
}

function Accounts({ codes, period }: { readonly codes: readonly number[]; readonly period: Period }) {
  return (
    <span className="small text-body-secondary">
      {codes.map((code) => (
        <Fragment key={code}>
          <Link to={withQuery(`/ledger/${code}`, { ...period })}>{code}</Link>{' '}
        </Fragment>
      ))}
    </span>
  );
}

/** An amount; on a phone, where there is no head, it says of what. Null: not known. */
function Cell({ label, amount, empty }: { readonly label: string; readonly amount: string | null | undefined; readonly empty: boolean }) {
  const { t } = useTranslation();
  if (empty) return <td className="d-none d-sm-table-cell" />;
  return (
    <td className="amount whole-row">
      <span className="small text-body-secondary d-sm-none">{label} </span>
      {amount == null ? t('report.unknown') : <Amount of={amount} />}
    </td>
  );
}

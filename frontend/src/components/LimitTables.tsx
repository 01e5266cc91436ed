import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Borrower, Limits } from '../api/types';
import { formatDay } from '../format/dates';
import { formatPercent } from '../format/money';
import { Amount } from './Amount';
import { ScrollTable } from './ScrollTable';

/** Who owes how much of the equity: members who hold an office, and the largest borrowers. */
export function LimitTables({ limits }: { readonly limits: Limits }) {
  const { t, i18n } = useTranslation();
  const { equity } = limits;
  return (
    <>
      <p>
        {t(`supervision.basis.${equity.basis}`, { day: formatDay(equity.day, i18n.language) })}{' '}
        <Amount of={equity.amount} />
      </p>
      <Borrowers title={t('supervision.related')} rows={limits.related} bps={limits.related_bps} ceiling={limits.related_ceiling} />
      <Borrowers title={t('supervision.largest')} rows={limits.largest} bps={limits.single_bps} ceiling={limits.single_ceiling} />
    </>
  );
}

interface Props {
  readonly title: string;
  readonly rows: readonly Borrower[];
  readonly bps: number | null;
  readonly ceiling: string | null;
}

function Borrowers({ title, rows, bps, ceiling }: Props) {
  const { t, i18n } = useTranslation();
  return (
    <>
      <h3 className="h6">{title}</h3>
      <p className="small">
        {bps === null || ceiling === null ? (
          t('supervision.noLimit')
        ) : (
          <>
            {t('supervision.limit', { share: formatPercent(bps, i18n.language) })} <Amount of={ceiling} />
          </>
        )}
      </p>
      {rows.length === 0 ? (
        <p role="status">{t('supervision.nobody')}</p>
      ) : (
        <ScrollTable label={title}>
          <table className="table table-sm align-middle">
            <thead>
              <tr>
                <th scope="col">{t('entries.member')}</th>
                <th scope="col" className="amount">
                  {t('supervision.exposure')}
                </th>
                <th scope="col" className="amount">
                  {t('supervision.share')}
                </th>
                <th scope="col" className="amount">
                  {t('supervision.headroom')}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={row.member} row={row} />
              ))}
            </tbody>
          </table>
        </ScrollTable>
      )}
    </>
  );
}

function Row({ row }: { readonly row: Borrower }) {
  const { t, i18n } = useTranslation();
  return (
    <tr>
      <th scope="row" className="fw-normal">
        <Link to={`/members/${row.member}`}>{row.member}</Link>{' '}
        <span className="small text-body-secondary">{row.offices.join(', ')}</span>
      </th>
      <td className="amount">
        <Amount of={row.exposure} />
      </td>
      <td className="amount">{row.share_bps === null ? t('report.unknown') : formatPercent(row.share_bps, i18n.language)}</td>
      <td className="amount">
        {row.headroom === null ? '–' : <Amount of={row.headroom} />}
        {row.breach && <strong className="text-danger-emphasis"> {t('supervision.breach')}</strong>}
      </td>
    </tr>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDay } from '../format/dates';
import { formatPercent } from '../format/money';
import type { Quote } from '../loans/quote';
import type { Instalment } from '../loans/schedule';
import { Amount } from './Amount';

/** What a loan would cost, and its instalments. */
export function Schedule({ quote }: { readonly quote: Quote }) {
  const { t, i18n } = useTranslation();
  const { rows, principal, fee, interest, allowed } = quote;
  return (
    <section aria-label={t('preview.rows')}>
      <div className="card">
        <dl className="card-body mb-0">
          <Figure label={t('preview.totalInterest')}>
            <Amount of={interest} />
          </Figure>
          {fee > 0n && (
            <Figure label={t('preview.totalCost')}>
              <Amount of={interest + fee} />
            </Figure>
          )}
          <Figure label={t('preview.effective')}>{formatPercent(quote.effectiveRateBps, i18n.language)}</Figure>
          <Figure label={t('preview.first')}>
            <Amount of={quote.largest} />
          </Figure>
        </dl>
      </div>
      <p role="status" className={`mt-3 ${allowed ? 'text-success-emphasis' : 'text-danger-emphasis fw-bold'}`}>
        {allowed ? `✓ ${t('preview.withinCap')}` : `✗ ${t('preview.aboveCap')}`}
      </p>
      <Instalments rows={rows} principal={principal} interest={interest} />
    </section>
  );
}

function Figure({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="d-flex flex-wrap justify-content-between column-gap-3">
      <dt className="fw-normal">{label}</dt>
      <dd className="mb-0 fw-semibold">{children}</dd>
    </div>
  );
}

interface InstalmentsProps {
  readonly rows: readonly Instalment[];
  readonly principal: bigint;
  readonly interest: bigint;
}

function Instalments({ rows, principal, interest }: InstalmentsProps) {
  const { t, i18n } = useTranslation();
  return (
    <table className="table table-stack align-middle">
      <caption className="visually-hidden">{t('preview.rows')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('preview.number')}</th>
          <th scope="col">{t('preview.dueOn')}</th>
          <th scope="col" className="amount">
            {t('preview.principalPart')}
          </th>
          <th scope="col" className="amount">
            {t('preview.interestPart')}
          </th>
          <th scope="col" className="amount">
            {t('preview.instalment')}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.number}>
            <th scope="row" className="fw-normal">
              {row.number}
            </th>
            <td className="text-nowrap">{formatDay(row.dueOn, i18n.language)}</td>
            <Parts principal={row.principal} interest={row.interest} />
          </tr>
        ))}
      </tbody>
      <tfoot className="fw-semibold">
        <tr>
          <th scope="row" colSpan={2} className="whole-row">
            {t('preview.total')}
          </th>
          <Parts principal={principal} interest={interest} />
        </tr>
      </tfoot>
    </table>
  );
}

/** Principal, interest and their sum; on a phone, where there is no head, each says which it is. */
function Parts({ principal, interest }: { readonly principal: bigint; readonly interest: bigint }) {
  const { t } = useTranslation();
  const parts = [
    [t('preview.principalPart'), principal],
    [t('preview.interestPart'), interest],
    [t('preview.instalment'), principal + interest],
  ] as const;
  return parts.map(([label, amount]) => (
    <td key={label} className="amount whole-row">
      <span className="small text-body-secondary d-sm-none">{label} </span>
      <Amount of={amount} />
    </td>
  ));
}

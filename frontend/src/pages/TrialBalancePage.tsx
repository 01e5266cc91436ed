import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { withQuery } from '../api/client';
import type { TrialBalance } from '../api/types';
import { useApi } from '../api/useApi';
import { Amount } from '../components/Amount';
import { DayForm } from '../components/DayForm';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { formatDay } from '../format/dates';
import { useWords } from '../i18n/useWords';

export function TrialBalancePage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const asOf = query.get('as_of') ?? undefined;
  const balance = useApi<TrialBalance>(withQuery('/trial-balance', { as_of: asOf }));
  return (
    <>
      <PageTitle title={t('balance.title')} lead={t('balance.lead')} />
      <DayForm day={asOf ?? balance.data?.as_of ?? ''} />
      <Shown from={balance}>{(body) => <Balances balance={body} />}</Shown>
    </>
  );
}

function Balances({ balance }: { readonly balance: TrialBalance }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  if (!balance.rows.length) return <p role="status">{t('balance.empty')}</p>;
  const equal = balance.debit === balance.credit;
  return (
    <>
      <table className="table table-stack align-middle">
        <caption className="caption-top">
          {t('balance.title')}, {formatDay(balance.as_of, i18n.language)}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('entry.account')}</th>
            <th scope="col" className="amount">
              {t('entry.debit')}
            </th>
            <th scope="col" className="amount">
              {t('entry.credit')}
            </th>
          </tr>
        </thead>
        <tbody>
          {balance.rows.map(({ account, name, type, debit, credit }) => (
            <tr key={account}>
              <th scope="row" className="fw-normal whole-row">
                {words(name)}
                <span className="small text-body-secondary">
                  {' '}
                  {account} · {t(`type.${type}`)}
                </span>
              </th>
              <Side label={t('entry.debit')} amount={debit} />
              <Side label={t('entry.credit')} amount={credit} />
            </tr>
          ))}
        </tbody>
        <tfoot className="fw-semibold">
          <tr>
            <th scope="row" className="whole-row">
              {t('balance.total')}
            </th>
            <Side label={t('entry.debit')} amount={balance.debit} />
            <Side label={t('entry.credit')} amount={balance.credit} />
          </tr>
        </tfoot>
      </table>
      <p role="status" className={equal ? 'text-success-emphasis' : 'text-danger-emphasis fw-bold'}>
        {equal ? `✓ ${t('balance.balanced')}` : `✗ ${t('balance.unbalanced')}`}
      </p>
    </>
  );
}

/** A column of a table; on a phone, where there is no head, it says which. */
function Side({ label, amount }: { readonly label: string; readonly amount: string }) {
  const empty = amount === '0';
  return (
    <td className={`amount${empty ? ' d-none d-sm-table-cell' : ' whole-row'}`}>
      {!empty && <span className="small text-body-secondary d-sm-none">{label} </span>}
      <Amount of={amount} hideZero />
    </td>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Chart, Entry, EntryWithProof } from '../api/types';
import { useApi } from '../api/useApi';
import { Amount } from '../components/Amount';
import { FinalBadge } from '../components/FinalBadge';
import { PageTitle } from '../components/PageTitle';
import { ProofCheck } from '../components/ProofCheck';
import { Shown } from '../components/Shown';
import { formatDay, formatTime } from '../format/dates';
import { parseRupiah } from '../format/money';
import { useWords } from '../i18n/useWords';

export function EntryPage() {
  const { t } = useTranslation();
  const words = useWords();
  const { number = '' } = useParams();
  const found = useApi<EntryWithProof>(`/entries/${encodeURIComponent(number)}`);
  return (
    <>
      <PageTitle title={t('entries.number', { number })} {...(found.data && { lead: words(found.data.entry.title) })} />
      <Shown from={found}>
        {({ entry, proof }) => (
          <div className="row g-4">
            <div className="col-lg-6">
              <Facts entry={entry} />
              <Lines entry={entry} />
            </div>
            <div className="col-lg-6">
              <ProofCheck entry={entry} proof={proof} />
            </div>
          </div>
        )}
      </Shown>
      <p className="mt-4">
        <Link to="/entries">← {t('entry.back')}</Link>
      </p>
    </>
  );
}

function Facts({ entry }: { readonly entry: Entry }) {
  const { t, i18n } = useTranslation();
  return (
    <dl className="row mb-3">
      <Fact label={t('entry.day')}>
        {formatDay(entry.book_day, i18n.language)} <FinalBadge final={entry.final} />
      </Fact>
      {entry.reference && <Fact label={t('entry.reference')}>{entry.reference}</Fact>}
      <Fact label={t('entry.block')}>
        {entry.block.number}, {formatTime(entry.block.time, i18n.language)}
      </Fact>
      <Fact label={t('entry.transaction')}>
        <span className="fingerprint">{entry.transaction}</span>
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="col-sm-4 fw-normal text-body-secondary">{label}</dt>
      <dd className="col-sm-8">{children}</dd>
    </>
  );
}

function Lines({ entry }: { readonly entry: Entry }) {
  const { t } = useTranslation();
  const words = useWords();
  const chart = useApi<Chart>('/accounts');
  const nameOf = (code: number) => chart.data?.accounts.find((account) => account.code === code)?.name;
  return (
    <table className="table align-middle">
      <caption className="visually-hidden">{t('entry.lines')}</caption>
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
        {entry.lines.map(({ account, amount, member, loan }, place) => {
          const name = nameOf(account);
          const rupiah = parseRupiah(amount);
          return (
            <tr key={place}>
              <td>
                {name ? words(name) : account}
                <div className="small text-body-secondary">
                  {account}
                  {member !== null && (
                    <>
                      {' · '}
                      <Link to={`/members/${member}`}>{t('entry.member', { number: member })}</Link>
                    </>
                  )}
                  {loan !== null && ` · ${t('entry.loan', { number: loan })}`}
                </div>
              </td>
              <td className="amount">{rupiah > 0n && <Amount of={rupiah} />}</td>
              <td className="amount">{rupiah < 0n && <Amount of={-rupiah} />}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

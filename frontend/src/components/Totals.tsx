import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Summary } from '../api/types';
import { formatRupiah, groupDigits, sumRupiah } from '../format/money';
import { Amount } from './Amount';

/** Members, savings, loans and cash, each with what it is made of. */
export function Totals({ summary }: { readonly summary: Summary }) {
  const { t } = useTranslation();
  const { members, savings, loans, cash } = summary;
  const count = members.active + members.suspended + members.registered;
  return (
    <div className="row g-3 figures">
      <Figure label={t('home.members')} value={groupDigits(BigInt(count))}>
        {t('home.membersDetail', { active: members.active, left: members.left })}
      </Figure>
      <Figure label={t('home.savings')} value={formatRupiah(sumRupiah(savings.map(({ balance }) => balance)))}>
        <Parts rows={savings.map(({ kind, balance }) => [t(`kind.${kind}`), balance])} />
      </Figure>
      <Figure label={t('home.loans')} value={formatRupiah(sumRupiah([loans.outstanding]))}>
        {t('home.loansDetail', { count: loans.running })}
      </Figure>
      <Figure label={t('home.cash')} value={formatRupiah(sumRupiah(cash.map(({ balance }) => balance)))}>
        <Parts rows={cash.map(({ channel, balance }) => [t(`channel.${channel}`), balance])} />
      </Figure>
    </div>
  );
}

interface FigureProps {
  readonly label: string;
  readonly value: string;
  readonly children: ReactNode;
}

function Figure({ label, value, children }: FigureProps) {
  return (
    <section className="col-sm-6 col-xl-3" aria-label={label}>
      <div className="card h-100">
        <div className="card-body">
          <h2 className="h6 text-body-secondary mb-1">{label}</h2>
          <p className="figure mb-2">{value}</p>
          <div className="small text-body-secondary">{children}</div>
        </div>
      </div>
    </section>
  );
}

/** What a total is made of; parts of nothing are left out. */
function Parts({ rows }: { readonly rows: readonly (readonly [string, string])[] }) {
  return (
    <dl className="mb-0">
      {rows
        .filter(([, amount]) => amount !== '0')
        .map(([label, amount]) => (
          <div key={label} className="d-flex justify-content-between gap-2">
            <dt className="fw-normal">{label}</dt>
            <dd className="mb-0">
              <Amount of={amount} />
            </dd>
          </div>
        ))}
    </dl>
  );
}

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { withQuery } from '../api/client';
import { type Kept, proofOf } from '../api/proofs';
import type { Close, CloseFigures, Closes, ProvenCloses } from '../api/types';
import { useApi } from '../api/useApi';
import { Amount } from '../components/Amount';
import { FinalBadge } from '../components/FinalBadge';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { formatDay } from '../format/dates';
import { groupDigits } from '../format/money';

/** Periods that were closed, whether the books still say what was attested, and the proofs that were kept. */
export function ClosesPage() {
  const { t, i18n } = useTranslation();
  const closes = useApi<Closes>('/closes');
  const proven = useApi<ProvenCloses>('/bundles');
  return (
    <>
      <PageTitle title={t('closes.title')} lead={t('closes.lead')} />
      <Shown from={closes}>
        {({ closed_through: through, closes: found }) => (
          <>
            <p role="status">
              {through ? t('closes.through', { day: formatDay(through, i18n.language) }) : t('closes.none')}
            </p>
            <ul className="list-unstyled d-grid gap-3">
              {found.map((close) => (
                <li key={`${close.block}-${close.log_index}`}>
                  <CloseCard close={close} proof={proofOf(close, proven.data?.closes ?? [])} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Shown>
    </>
  );
}

function CloseCard({ close, proof }: { readonly close: Close; readonly proof: Kept | undefined }) {
  const { t, i18n } = useTranslation();
  const day = close.through ? formatDay(close.through, i18n.language) : t('closes.nothing');
  return (
    <article className="card">
      <div className="card-body">
        <h2 className="h6 mb-2">
          {t(`closes.${close.change}`, { day })} {close.year_end && `· ${t('closes.yearEnd')} `}
          <FinalBadge final={close.final} />
        </h2>
        {close.figures && <Figures close={close} figures={close.figures} />}
        {close.change === 'CLOSED' && !close.stands && <p className="mb-0">{t('closes.reopened')}</p>}
        {proof && <Proofs kept={proof} />}
      </div>
    </article>
  );
}

function Figures({ close, figures }: { readonly close: Close; readonly figures: CloseFigures }) {
  const { t } = useTranslation();
  return (
    <>
      <p className={close.agrees ? 'text-success-emphasis' : 'text-danger-emphasis fw-bold'}>
        {close.agrees ? `✓ ${t('closes.agrees')}` : `✗ ${t('closes.differs')}`}
      </p>
      {close.differences.map(({ figure, attested, found }) => (
        <p key={figure} className="fingerprint">
          {figure}: {t('closes.attested')} {attested}, {t('closes.found')} {found}
        </p>
      ))}
      <dl className="small mb-2">
        <dt>{t('closes.signed')}</dt>
        <dd>{t('closes.by', { maker: figures.maker, checker: figures.checker })}</dd>
        <dt>{t('closes.entries')}</dt>
        <dd>{groupDigits(BigInt(figures.entries))}</dd>
        <dt>{t('closes.claims')}</dt>
        <dd>
          <Amount of={figures.claims_total} />
        </dd>
        <dt>{t('closes.root')}</dt>
        <dd className="fingerprint">{figures.ledger_root}</dd>
      </dl>
    </>
  );
}

/** Bundles to keep and to check without any server. */
function Proofs({ kept: { proof, before } }: { readonly kept: Kept }) {
  const { t } = useTranslation();
  const { through } = proof;
  const bundles = [
    ...(proof.claims_total === null ? [] : [{ kind: 'solvency', asked: { through } } as const]),
    { kind: 'state', asked: { through } } as const,
    ...(before ? [{ kind: 'consistency', asked: { old: before, through } } as const] : []),
  ];
  return (
    <>
      <h3 className="h6 mb-1">{t('closes.proofs')}</h3>
      <p className="small text-body-secondary mb-1">{t('closes.proofsLead')}</p>
      <p className="small mb-1">
        {t('closes.block', { block: groupDigits(BigInt(proof.block)) })}{' '}
        <span className="fingerprint">{proof.block_hash}</span>
      </p>
      <ul className="list-inline mb-0">
        {bundles.map(({ kind, asked }) => (
          <li key={kind} className="list-inline-item">
            <a download={`${kind}-${through}.json`} href={`/api/v1${withQuery(`/bundles/${kind}`, asked)}`}>
              {t(`closes.bundle.${kind}`)}
            </a>
          </li>
        ))}
        <li className="list-inline-item">
          <Link to={withQuery('/statements/position', { to: through })}>{t('closes.position')}</Link>
        </li>
      </ul>
    </>
  );
}

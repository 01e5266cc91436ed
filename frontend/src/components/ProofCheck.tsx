import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, InclusionProof } from '../api/types';
import { NoCryptoError } from '../proof/hashing';
import { type Verdict, verifyEntry } from '../proof/verify';
import { ProofSteps } from './ProofSteps';

type Outcome = Verdict | 'checking' | 'noCrypto' | 'unreadable';

/** Verifies an entry on this device and shows how. */
export function ProofCheck({ entry, proof }: { readonly entry: Entry; readonly proof: InclusionProof | null }) {
  const { t } = useTranslation();
  return (
    <section className="card" aria-labelledby="proof">
      <div className="card-body">
        <h2 id="proof" className="h5">
          {t('proof.title')}
        </h2>
        {proof ? <Checked entry={entry} proof={proof} /> : <p className="mb-0">{t('proof.provisional')}</p>}
      </div>
    </section>
  );
}

function Checked({ entry, proof }: { readonly entry: Entry; readonly proof: InclusionProof }) {
  const { t } = useTranslation();
  const outcome = useOutcome(entry, proof);
  if (outcome === 'checking') return <p role="status">{t('proof.checking')}</p>;
  if (outcome === 'noCrypto') return <Unable reason={t('proof.noCrypto')} />;
  if (outcome === 'unreadable') return <Unable reason={t('state.unreadableEntry')} />;
  return (
    <>
      {outcome.fault ? (
        <div role="alert" className="alert alert-danger">
          <strong className="d-block">✗ {t('proof.bad')}</strong>
          <span className="d-block">{t(`proof.${outcome.fault}`)}</span>
          <span className="d-block mt-2">{t('proof.advice')}</span>
        </div>
      ) : (
        <div role="status" className="alert alert-success">
          <strong>✓ {t('proof.ok')}</strong>
        </div>
      )}
      <p>{t('proof.lead')}</p>
      <ProofSteps verdict={outcome} entry={entry} proof={proof} />
    </>
  );
}

function Unable({ reason }: { readonly reason: string }) {
  return (
    <div role="alert" className="alert alert-warning mb-0">
      {reason}
    </div>
  );
}

function useOutcome(entry: Entry, proof: InclusionProof): Outcome {
  const [outcome, setOutcome] = useState<Outcome>('checking');
  useEffect(() => {
    let current = true;
    verifyEntry(entry, proof).then(
      (verdict) => current && setOutcome(verdict),
      (error: unknown) => current && setOutcome(error instanceof NoCryptoError ? 'noCrypto' : 'unreadable'),
    );
    return () => {
      current = false;
    };
  }, [entry, proof]);
  return outcome;
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry, InclusionProof } from '../api/types';
import { toHex } from '../proof/hashing';
import type { Fault, Verdict } from '../proof/verify';

type State = 'Ok' | 'Bad' | 'Skipped';

/** The step at which each fault shows. */
const FAILS_AT: Record<Fault, number> = { HASH_DIFFERS: 2, WRONG_PLACE: 3, MALFORMED: 3, ROOT_DIFFERS: 4 };
const LOOK: Record<State, string> = { Ok: 'text-bg-success', Bad: 'text-bg-danger', Skipped: 'text-bg-secondary' };

interface Props {
  readonly verdict: Verdict;
  readonly entry: Entry;
  readonly proof: InclusionProof;
}

/** The four steps of the arithmetic, each with what was computed and what is recorded. */
export function ProofSteps({ verdict, entry, proof }: Props) {
  const { t } = useTranslation();
  const joins = proof.path.length;
  return (
    <ol className="list-unstyled mb-0">
      <Step number={1} fault={verdict.fault} text={t('proof.step1Text')}>
        <pre className="canonical mb-0">{verdict.text}</pre>
      </Step>
      <Step number={2} fault={verdict.fault} text={t('proof.step2Text')}>
        <Compared computed={verdict.hash} recorded={entry.hash} />
      </Step>
      <Step
        number={3}
        fault={verdict.fault}
        text={joins ? t('proof.step3Text', { count: joins }) : t('proof.step3Alone')}
      >
        <ol className="ps-3 mb-0">
          {verdict.steps.map(({ sibling, side, result }) => (
            <li key={toHex(result)} className="mb-2">
              <span className="small text-body-secondary">{t(`proof.${side}`)}</span>
              <div className="fingerprint">{toHex(sibling)}</div>
              <span className="small text-body-secondary">{t('proof.computed')}</span>
              <div className="fingerprint">{toHex(result)}</div>
            </li>
          ))}
        </ol>
      </Step>
      <Step number={4} fault={verdict.fault} text={t('proof.step4Text', { count: proof.tree_head.size })}>
        <Compared computed={verdict.root ?? '—'} recorded={proof.tree_head.root} />
      </Step>
    </ol>
  );
}

interface StepProps {
  readonly number: 1 | 2 | 3 | 4;
  readonly fault: Fault | null;
  readonly text: string;
  readonly children: ReactNode;
}

function Step({ number, fault, text, children }: StepProps) {
  const { t } = useTranslation();
  const state = stateAt(number, fault);
  return (
    <li className="d-flex gap-3 mb-3">
      <span className="step-number" aria-hidden="true">
        {number}
      </span>
      <div className="flex-grow-1 min-w-0">
        <div className="d-flex gap-2 justify-content-between">
          <strong>{t(`proof.step${number}`)}</strong>
          <span className={`badge align-self-start ${LOOK[state]}`}>{t(`proof.step${state}`)}</span>
        </div>
        <p className="mb-1">{text}</p>
        <details>
          <summary className="small">{t('proof.show')}</summary>
          <div className="border rounded p-2 mt-1">{children}</div>
        </details>
      </div>
    </li>
  );
}

function Compared({ computed, recorded }: { readonly computed: string; readonly recorded: string }) {
  const { t } = useTranslation();
  return (
    <dl className="mb-0">
      <dt className="small">{t('proof.computed')}</dt>
      <dd className="fingerprint">{computed}</dd>
      <dt className="small">{t('proof.recorded')}</dt>
      <dd className="fingerprint mb-0">{recorded}</dd>
    </dl>
  );
}

function stateAt(step: number, fault: Fault | null): State {
  const failed = fault ? FAILS_AT[fault] : Infinity;
  return step < failed ? 'Ok' : step === failed ? 'Bad' : 'Skipped';
}

import { useTranslation } from 'react-i18next';
import type { AspectScore, HealthScore, IndicatorScore } from '../api/types';
import { useWords } from '../i18n/useWords';

/** The score under one regulation: its aspects with their weights, and points where the cooperative adopted a table. */
export function HealthCard({ score }: { readonly score: HealthScore }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const problems = [score.table?.problem, score.answers?.problem].filter((problem) => problem != null);
  return (
    <article className="card mb-3">
      <div className="card-body">
        <h3 className="h6">{words(score.label)}</h3>
        <p role="status" className={score.total === null ? 'text-body-secondary' : 'fw-semibold'}>
          {score.total === null
            ? t(`supervision.state.${score.state}`)
            : t('supervision.total', { points: points(score.total, i18n.language) })}{' '}
          {score.predicate && words(score.predicate)}
        </p>
        {problems.map((problem) => (
          <p key={problem.en} role="alert" className="alert alert-warning">
            {words(problem)}
          </p>
        ))}
        <ul className="list-unstyled mb-0">
          {score.aspects.map((aspect) => (
            <li key={aspect.aspect}>
              <Aspect aspect={aspect} />
            </li>
          ))}
        </ul>
        {score.source && <p className="small text-body-secondary mb-0 mt-2">{t('supervision.source', { source: score.source })}</p>}
      </div>
    </article>
  );
}

function Aspect({ aspect }: { readonly aspect: AspectScore }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const of = t('supervision.of', {
    points: aspect.points === null ? '–' : points(aspect.points, i18n.language),
    most: points(aspect.weight, i18n.language),
  });
  if (aspect.indicators.length === 0) {
    return (
      <div className="d-flex justify-content-between">
        <span>{words(aspect.label)}</span>
        <span>{of}</span>
      </div>
    );
  }
  return (
    <details>
      <summary className="drill d-flex justify-content-between">
        <span>{words(aspect.label)}</span>
        <span>{of}</span>
      </summary>
      <ul className="small">
        {aspect.indicators.map((indicator) => (
          <Indicator key={indicator.name} indicator={indicator} />
        ))}
      </ul>
    </details>
  );
}

function Indicator({ indicator }: { readonly indicator: IndicatorScore }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const { value, low, high } = indicator;
  return (
    <li>
      {words(indicator.label)}: {value ?? t('report.unknown')} ({low ?? '…'} – {high ?? '…'}),{' '}
      {t('supervision.of', {
        points: indicator.points === null ? '–' : points(indicator.points, i18n.language),
        most: points(indicator.most, i18n.language),
      })}{' '}
      <span className="text-body-secondary">{indicator.source}</span>
    </li>
  );
}

/** Hundredths of a point, as points. */
function points(hundredths: number, language: string): string {
  return (hundredths / 100).toLocaleString(language === 'en' ? 'en-GB' : 'id-ID');
}

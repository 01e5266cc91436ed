import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { withQuery } from '../api/client';
import type { HealthScores, Limits, Ratio, Ratios } from '../api/types';
import { useApi } from '../api/useApi';
import { DayForm } from '../components/DayForm';
import { HealthCard } from '../components/HealthCard';
import { LimitTables } from '../components/LimitTables';
import { PageTitle } from '../components/PageTitle';
import { RatioItem } from '../components/RatioItem';
import { Shown } from '../components/Shown';
import { StatedOn } from '../components/StatedOn';
import { useWords } from '../i18n/useWords';

/** What a supervisor asks of a day: ratios with the accounts behind them, health scores, limits on loans. */
export function SupervisionPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const asOf = query.get('as_of') ?? undefined;
  const ratios = useApi<Ratios>(withQuery('/ratios', { as_of: asOf }));
  const health = useApi<HealthScores>(withQuery('/health-scores', { as_of: asOf }));
  const limits = useApi<Limits>(withQuery('/limits', { as_of: asOf }));
  return (
    <>
      <PageTitle title={t('supervision.title')} lead={t('supervision.lead')} />
      <DayForm day={asOf ?? ratios.data?.as_of ?? ''} />
      <section aria-labelledby="ratios">
        <h2 id="ratios" className="h5">
          {t('supervision.ratios')}
        </h2>
        <Shown from={ratios}>{(body) => <RatioList ratios={body} />}</Shown>
      </section>
      <section aria-labelledby="health" className="mt-4">
        <h2 id="health" className="h5">
          {t('supervision.health')}
        </h2>
        <Shown from={health}>
          {(body) => (
            <>
              {body.scores.map((score) => (
                <HealthCard key={score.regime} score={score} />
              ))}
              <StatedOn books={body.stated_on} path="/health-scores" asked={{ as_of: asOf }} />
            </>
          )}
        </Shown>
      </section>
      <section aria-labelledby="limits" className="mt-4">
        <h2 id="limits" className="h5">
          {t('supervision.limits')}
        </h2>
        <Shown from={limits}>
          {(body) => (
            <>
              <LimitTables limits={body} />
              <StatedOn books={body.stated_on} path="/limits" asked={{ as_of: asOf }} />
            </>
          )}
        </Shown>
      </section>
      <p>
        <Link to="/statements">← {t('ledger.back')}</Link>
      </p>
    </>
  );
}

function RatioList({ ratios }: { readonly ratios: Ratios }) {
  const { t } = useTranslation();
  const words = useWords();
  const groups = grouped(ratios.ratios);
  return (
    <>
      <p className="small text-body-secondary">{words(ratios.reading)}</p>
      {[...groups].map(([group, members]) => (
        <div key={group} className="mb-3">
          <h3 className="h6">{t(`supervision.group.${group}`)}</h3>
          <ul className="list-group">
            {members.map((ratio) => (
              <li key={ratio.name} className="list-group-item">
                <RatioItem ratio={ratio} />
              </li>
            ))}
          </ul>
        </div>
      ))}
      <StatedOn books={ratios.stated_on} path="/ratios" asked={{ as_of: ratios.as_of }} />
    </>
  );
}

function grouped(ratios: readonly Ratio[]): Map<Ratio['group'], Ratio[]> {
  const found = new Map<Ratio['group'], Ratio[]>();
  for (const ratio of ratios) found.set(ratio.group, [...(found.get(ratio.group) ?? []), ratio]);
  return found;
}

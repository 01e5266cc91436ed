import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Entry, EntryPage, Summary } from '../api/types';
import { useApi } from '../api/useApi';
import { EntryList } from '../components/EntryList';
import { PageTitle } from '../components/PageTitle';
import { Seal } from '../components/Seal';
import { Shown } from '../components/Shown';
import { Totals } from '../components/Totals';
import { useNews, withEntry, withNews } from '../live/useNews';

const LATEST = 8;

export function HomePage() {
  const { t } = useTranslation();
  const summary = useApi<Summary>('/summary');
  const latest = useLatest(summary.reload);
  return (
    <>
      <PageTitle title={t('home.title')} lead={t('home.lead')} />
      <Shown from={summary}>{(body) => <Totals summary={body} />}</Shown>
      <div className="row g-4 mt-0">
        <section className="col-lg-7" aria-labelledby="latest">
          <div className="d-flex flex-wrap align-items-center gap-2 mb-2">
            <h2 id="latest" className="h5 mb-0">
              {t('home.latest')}
            </h2>
            <span role="status" className="small text-body-secondary">
              <span className={latest.open ? 'live-dot' : 'live-dot away'} aria-hidden="true" />{' '}
              {t(latest.open ? 'home.live' : 'home.reconnecting')}
            </span>
            <Link className="ms-auto" to="/entries">
              {t('home.all')}
            </Link>
          </div>
          <Shown from={latest.page}>
            {() =>
              latest.entries.length ? <EntryList entries={latest.entries} /> : <p>{t('entries.none')}</p>
            }
          </Shown>
        </section>
        <div className="col-lg-5">{summary.data && <Seal summary={summary.data} />}</div>
      </div>
    </>
  );
}

/** The newest entries, kept up to date by what the server tells. */
function useLatest(onChange: () => void) {
  const page = useApi<EntryPage>(`/entries?limit=${LATEST}`);
  const [news, setNews] = useState<readonly Entry[]>([]);
  const read = () => {
    page.reload();
    onChange();
  };
  const open = useNews({
    onOpen: read,
    onEntry: (entry) => setNews((known) => withEntry(known, entry, LATEST)),
    onHead: onChange,
    onReset: () => {
      setNews([]);
      read();
    },
  });
  return { page, entries: withNews(page.data?.entries ?? [], news, LATEST), open };
}

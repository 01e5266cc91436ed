import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { withQuery } from '../api/client';
import type { Chart, EntryPage } from '../api/types';
import { useApi } from '../api/useApi';
import { EntryList } from '../components/EntryList';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { useWords } from '../i18n/useWords';

const FILTERS = ['account', 'member', 'day'] as const;

export function EntriesPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const wanted = Object.fromEntries([...FILTERS, 'before'].map((name) => [name, query.get(name) ?? undefined]));
  const page = useApi<EntryPage>(withQuery('/entries', wanted));
  const filtered = FILTERS.some((name) => wanted[name]);
  return (
    <>
      <PageTitle title={t('entries.title')} lead={t('entries.lead')} />
      <Filter key={query.toString()} />
      <Shown from={page}>
        {({ entries, next_before: next }) => (
          <>
            {entries.length ? (
              <EntryList entries={entries} />
            ) : (
              <p role="status">{t(filtered ? 'entries.empty' : 'entries.none')}</p>
            )}
            <nav className="d-flex flex-wrap gap-3 mt-3" aria-label={t('entries.title')}>
              {query.get('before') && (
                <Link to={withQuery('/entries', { ...wanted, before: undefined })}>← {t('entries.newest')}</Link>
              )}
              {next && (
                <Link className="ms-auto" to={withQuery('/entries', { ...wanted, before: next })}>
                  {t('entries.older')} →
                </Link>
              )}
            </nav>
          </>
        )}
      </Shown>
    </>
  );
}

function Filter() {
  const { t } = useTranslation();
  const words = useWords();
  const [query, setQuery] = useSearchParams();
  const chart = useApi<Chart>('/accounts');
  const given = (name: string) => query.get(name) ?? '';

  function show(form: FormData) {
    const filled = FILTERS.map((name) => [name, String(form.get(name) ?? '').trim()] as const);
    setQuery(new URLSearchParams(filled.filter(([, value]) => value).map(([name, value]) => [name, value])));
  }

  return (
    <form action={show} className="row g-2 align-items-end mb-3" role="search">
      <div className="col-12 col-md-4">
        <label className="form-label small mb-1" htmlFor="account">
          {t('entries.account')}
        </label>
        <select id="account" name="account" className="form-select" key={chart.data ? 'full' : 'empty'} defaultValue={given('account')}>
          <option value="">{t('entries.anyAccount')}</option>
          {chart.data?.accounts.map(({ code, name }) => (
            <option key={code} value={code}>
              {code} {words(name)}
            </option>
          ))}
        </select>
      </div>
      <div className="col-6 col-md-2">
        <label className="form-label small mb-1" htmlFor="member">
          {t('entries.member')}
        </label>
        <input id="member" name="member" className="form-control" inputMode="numeric" pattern="[0-9]*" defaultValue={given('member')} />
      </div>
      <div className="col-6 col-md-3">
        <label className="form-label small mb-1" htmlFor="day">
          {t('entries.day')}
        </label>
        <input id="day" name="day" type="date" className="form-control" defaultValue={given('day')} />
      </div>
      <div className="col-12 col-md-3 d-flex gap-2">
        <button type="submit" className="btn btn-primary flex-grow-1">
          {t('entries.filter')}
        </button>
        {query.size > 0 && (
          <Link className="btn btn-quiet" to="/entries">
            {t('entries.clear')}
          </Link>
        )}
      </div>
    </form>
  );
}

import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { withQuery } from '../api/client';
import type { Notes, Statement } from '../api/types';
import { useApi } from '../api/useApi';
import { ListingTable } from '../components/ListingTable';
import { PageTitle } from '../components/PageTitle';
import { type Period, PeriodForm, usePeriod } from '../components/PeriodForm';
import { Shown } from '../components/Shown';
import { StatedOn } from '../components/StatedOn';
import { StatementTable } from '../components/StatementTable';
import { useWords } from '../i18n/useWords';
import { NotFoundPage } from './NotFoundPage';

const STATEMENTS = [
  'position',
  'surplus',
  'cash-flows-direct',
  'cash-flows-indirect',
  'equity',
  'promotion',
  'teller-report',
] as const;
const REPORTS = [...STATEMENTS, 'notes'] as const;
type Report = (typeof REPORTS)[number];

export function StatementsPage() {
  const { t } = useTranslation();
  const { name = 'position' } = useParams();
  const period = usePeriod();
  const known = REPORTS.find((report) => report === name);
  if (!known) return <NotFoundPage />;
  return (
    <>
      <PageTitle title={t(`report.name.${known}`)} lead={t('report.lead')} />
      <Choice chosen={known} period={period} />
      <PeriodForm />
      {known === 'notes' ? <NotesOf period={period} /> : <StatementOf name={known} period={period} />}
      <p className="d-flex flex-wrap gap-3">
        <Link to="/closes">{t('report.closes')} →</Link>
        <Link to="/supervision">{t('supervision.title')} →</Link>
      </p>
    </>
  );
}

/** The reports there are; the period goes along. */
function Choice({ chosen, period }: { readonly chosen: Report; readonly period: Period }) {
  const { t } = useTranslation();
  return (
    <nav className="nav nav-pills flex-wrap gap-1 mb-3" aria-label={t('report.choose')}>
      {REPORTS.map((report) => (
        <Link
          key={report}
          to={withQuery(`/statements/${report}`, { ...period })}
          className={`nav-link py-1 px-2${report === chosen ? ' active' : ''}`}
          aria-current={report === chosen ? 'page' : undefined}
        >
          {t(`report.name.${report}`)}
        </Link>
      ))}
    </nav>
  );
}

function StatementOf({ name, period }: { readonly name: Exclude<Report, 'notes'>; readonly period: Period }) {
  const words = useWords();
  const path = `/statements/${name}`;
  const statement = useApi<Statement>(withQuery(path, { ...period }));
  return (
    <Shown from={statement}>
      {(body) => (
        <>
          <StatementTable statement={body} period={period} />
          {body.remarks.map((remark) => (
            <p key={remark.en} className="small">
              {words(remark)}
            </p>
          ))}
          <StatedOn books={body.stated_on} path={path} asked={{ ...period }} />
        </>
      )}
    </Shown>
  );
}

function NotesOf({ period }: { readonly period: Period }) {
  const words = useWords();
  const notes = useApi<Notes>(withQuery('/notes', { ...period }));
  return (
    <Shown from={notes}>
      {(body) => (
        <>
          {body.notes.map((note) => (
            <section key={note.number} className="mb-4">
              <h2 className="h5">
                {note.number}. {words(note.title)}
              </h2>
              {note.paragraphs.map((paragraph) => (
                <p key={paragraph.en} className="text-break">
                  {words(paragraph)}
                </p>
              ))}
              {note.tables.map((table) => (
                <ListingTable key={table.name} listing={table} />
              ))}
            </section>
          ))}
          <StatedOn books={body.stated_on} path="/notes" asked={{ ...period }} />
        </>
      )}
    </Shown>
  );
}

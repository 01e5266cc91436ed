import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { withQuery } from '../api/client';
import type { MeetingHead, MeetingPage } from '../api/types';
import { useApi } from '../api/useApi';
import { FinalBadge } from '../components/FinalBadge';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { formatTime } from '../format/dates';

export function MeetingsPage() {
  const { t } = useTranslation();
  const [query] = useSearchParams();
  const page = useApi<MeetingPage>(withQuery('/meetings', { before: query.get('before') ?? undefined }));
  return (
    <>
      <PageTitle title={t('meetings.title')} lead={t('meetings.lead')} />
      <Shown from={page}>
        {({ meetings, next_before: next }) => (
          <>
            {meetings.length === 0 && <p role="status">{t('meetings.none')}</p>}
            <ul className="list-unstyled d-grid gap-3">
              {meetings.map((head) => (
                <li key={head.meeting}>
                  <Head head={head} />
                </li>
              ))}
            </ul>
            {next && <Link to={withQuery('/meetings', { before: next })}>{t('meetings.older')} →</Link>}
          </>
        )}
      </Shown>
    </>
  );
}

function Head({ head }: { readonly head: MeetingHead }) {
  const { t, i18n } = useTranslation();
  return (
    <article className="card">
      <div className="card-body">
        <h2 className="h6 mb-1">
          <Link to={`/meetings/${head.meeting}`}>
            {t(`meetings.kind.${head.kind}`, { number: head.meeting, year: head.book_year })}
          </Link>{' '}
          {!head.final && <FinalBadge final={false} />}
        </h2>
        <p className="mb-0 small text-body-secondary">
          {t('meetings.opens', { time: formatTime(head.calls[0]!.opens_at, i18n.language) })}
          <br />
          {t('meetings.size', { roll: head.roll, motions: head.motions })}
        </p>
      </div>
    </article>
  );
}

import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { CallCounts, Meeting, Motion } from '../api/types';
import { useApi } from '../api/useApi';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { formatTime } from '../format/dates';
import { callNow, seatsOf } from '../voting/meeting';

export function MeetingPage() {
  const { t } = useTranslation();
  const { number } = useParams();
  const meeting = useApi<Meeting>(`/meetings/${encodeURIComponent(number!)}`);
  return (
    <>
      <PageTitle title={t('meeting.title', { number })} />
      <Shown from={meeting}>{(body) => <Told meeting={body} />}</Shown>
    </>
  );
}

function Told({ meeting }: { readonly meeting: Meeting }) {
  const { t, i18n } = useTranslation();
  const { head } = meeting;
  return (
    <>
      <p>
        {t(`meetings.kind.${head.kind}`, { number: head.meeting, year: head.book_year })}.{' '}
        {t('meeting.notice', { time: formatTime(head.noticed_at, i18n.language), roll: head.roll })}{' '}
        <a href={`/api/v1/documents/${head.documents_cid}`}>{t('meeting.agenda')}</a>
      </p>
      <Now meeting={meeting} />
      <h2 className="h5 mt-4">{t('meeting.attendance')}</h2>
      <div className="row g-3">
        {meeting.calls.filter((call) => call.call === 1 || call.takes_place || call.present > 0).map((call) => (
          <Call key={call.call} call={call} meeting={meeting} />
        ))}
      </div>
      <h2 className="h5 mt-4">{t('meeting.motions')}</h2>
      <ol className="list-unstyled d-grid gap-3">
        {meeting.motions.map((motion) => (
          <li key={motion.motion}>
            <Put motion={motion} />
          </li>
        ))}
      </ol>
      {meeting.minutes && (
        <p>
          <a href={`/api/v1/documents/${meeting.minutes.cid}`}>{t('meeting.minutes')}</a>
        </p>
      )}
      <p className="small text-body-secondary">{t('meeting.asOf', { time: formatTime(meeting.as_of, i18n.language) })}</p>
    </>
  );
}

/** Whether papers are taken, and the way to the ballot. */
function Now({ meeting }: { readonly meeting: Meeting }) {
  const { t, i18n } = useTranslation();
  const now = callNow(meeting);
  if (!now) return <p role="status">{t('meeting.over')}</p>;
  const key = meeting.as_of < now.opensAt ? 'meeting.opensLater' : 'meeting.open';
  return (
    <div className="card">
      <div className="card-body">
        <p>
          {t(key, {
            call: now.call,
            opens: formatTime(now.opensAt, i18n.language),
            closes: formatTime(now.closesAt, i18n.language),
          })}
        </p>
        <Link className="btn btn-primary" to={`/meetings/${meeting.head.meeting}/vote`}>
          {t('meeting.vote')}
        </Link>
      </div>
    </div>
  );
}

function Call({ call, meeting }: { readonly call: CallCounts; readonly meeting: Meeting }) {
  const { t, i18n } = useTranslation();
  const times = meeting.head.calls[call.call - 1]!;
  const label = t('meeting.call', { call: call.call });
  return (
    <section className="col-md-6" aria-label={label}>
      <div className="card h-100">
        <div className="card-body">
          <h3 className="h6">{label}</h3>
          <p className="small text-body-secondary mb-2">
            {formatTime(times.opens_at, i18n.language)} – {formatTime(times.closes_at, i18n.language)}
          </p>
          <p className="mb-1">
            <strong>{t('meeting.present', { present: call.present, needed: call.needed })}</strong>{' '}
            {t(call.quorate ? 'meeting.quorate' : 'meeting.notQuorate')}
          </p>
          <p className="mb-0 small">{t('meeting.counted', { ballots: call.ballots, paper: call.paper })}</p>
        </div>
      </div>
    </section>
  );
}

function Put({ motion }: { readonly motion: Motion }) {
  const { t } = useTranslation();
  const { votes } = motion;
  return (
    <article className="card">
      <div className="card-body">
        <div className="d-flex flex-wrap justify-content-between gap-2">
          <h3 className="h6 mb-1">
            {motion.motion}. {motion.title}
          </h3>
          <span className="badge text-bg-secondary align-self-start">{t(`meeting.outcome.${motion.outcome}`)}</span>
        </div>
        {votes ? (
          <p className="mb-0 small">
            {t('vote.FOR')}: {votes.in_favour} · {t('vote.AGAINST')}: {votes.against} · {t('vote.ABSTAIN')}: {votes.abstain}
          </p>
        ) : (
          <ul className="mb-0 small list-unstyled">
            <li>{t('meeting.seats', { seats: seatsOf(motion), offices: motion.offices.join(', ') })}</li>
            {motion.candidates.map(({ member, votes: count, elected }) => (
              <li key={member}>
                {t('meeting.candidate', { member })}: {count} {elected && <strong>{t('meeting.elected')}</strong>}
              </li>
            ))}
          </ul>
        )}
        {motion.actions.length > 0 && <p className="mb-0 small">{t('meeting.actions')}</p>}
        {motion.carried_out && <p className="mb-0 small">{t('meeting.carriedOut')}</p>}
      </div>
    </article>
  );
}

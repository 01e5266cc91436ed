import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Motion } from '../api/types';
import { isElection, isOpen, seatsOf } from '../voting/meeting';
import { CHOICES, type Choice, type Votes } from '../voting/paper';

interface Props {
  readonly motions: readonly Motion[];
  readonly member: string;
  readonly votes: Votes;
  readonly busy: boolean;
  readonly onFilled: (member: number, votes: Votes) => void;
}

/** The paper to fill in. What would be an overvote cannot be marked. */
export function BallotForm({ motions, member, votes, busy, onFilled }: Props) {
  const { t } = useTranslation();
  return (
    <form
      className="d-grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        onFilled(Number(form.get('member')), votesOf(motions, form));
      }}
    >
      <div>
        <label className="form-label" htmlFor="member">
          {t('vote.member')}
        </label>
        <input
          id="member"
          name="member"
          className="form-control"
          inputMode="numeric"
          pattern="[1-9][0-9]{0,9}"
          title={t('vote.memberHint')}
          autoComplete="off"
          required
          defaultValue={member}
        />
      </div>
      {motions.map((motion) => (
        <div key={motion.motion} className="card">
          <fieldset className="card-body">
            <legend className="h6">
              {motion.motion}. {motion.title}
            </legend>
            <Boxes motion={motion} votes={votes} />
          </fieldset>
        </div>
      ))}
      <button type="submit" className="btn btn-primary btn-lg" disabled={busy}>
        {t(busy ? 'vote.checking' : 'vote.check')}
      </button>
    </form>
  );
}

function Boxes({ motion, votes }: { readonly motion: Motion; readonly votes: Votes }) {
  const { t } = useTranslation();
  if (!isOpen(motion)) return <p className="mb-0">{t('vote.withdrawn')}</p>;
  return isElection(motion) ? <Candidates motion={motion} votes={votes} /> : <Choices motion={motion} votes={votes} />;
}

function Choices({ motion, votes }: { readonly motion: Motion; readonly votes: Votes }) {
  const { t } = useTranslation();
  return CHOICES.map((choice) => (
    <div key={choice} className="form-check py-1">
      <input
        type="radio"
        className="form-check-input"
        id={`${motion.motion}-${choice}`}
        name={`motion-${motion.motion}`}
        value={choice}
        required
        defaultChecked={votes[motion.motion] === choice}
      />
      <label className="form-check-label d-block" htmlFor={`${motion.motion}-${choice}`}>
        {t(`vote.${choice}`)}
      </label>
    </div>
  ));
}

function Candidates({ motion, votes }: { readonly motion: Motion; readonly votes: Votes }) {
  const { t } = useTranslation();
  const [marked, setMarked] = useState((votes[motion.motion] as readonly number[] | undefined) ?? []);
  const seats = seatsOf(motion);
  const isFull = marked.length >= seats;
  return (
    <>
      <p className="small mb-1">{t('vote.most', { seats })}</p>
      {motion.candidates.map(({ member }) => {
        const isMarked = marked.includes(member);
        return (
          <div key={member} className="form-check py-1">
            <input
              type="checkbox"
              className="form-check-input"
              id={`${motion.motion}-${member}`}
              name={`motion-${motion.motion}`}
              value={member}
              checked={isMarked}
              disabled={isFull && !isMarked}
              onChange={() => setMarked(isMarked ? marked.filter((each) => each !== member) : [...marked, member])}
            />
            <label className="form-check-label d-block" htmlFor={`${motion.motion}-${member}`}>
              {t('meeting.candidate', { member })}
            </label>
          </div>
        );
      })}
      <p className="small mb-0" role="status">
        {t('vote.marked', { count: marked.length, seats })}
      </p>
    </>
  );
}

function votesOf(motions: readonly Motion[], form: FormData): Votes {
  return Object.fromEntries(
    motions.filter(isOpen).map((motion) => {
      const given = form.getAll(`motion-${motion.motion}`).map(String);
      return [motion.motion, isElection(motion) ? given.map(Number) : (given[0] as Choice)];
    }),
  );
}

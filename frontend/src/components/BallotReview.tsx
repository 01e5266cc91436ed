import { useTranslation } from 'react-i18next';
import type { Motion } from '../api/types';
import { formatTime } from '../format/dates';
import { hexOf } from '../verify/hex';
import { isOpen } from '../voting/meeting';
import type { ToSign } from '../voting/order';
import type { Vote, Votes } from '../voting/paper';

interface Props {
  readonly asked: ToSign;
  readonly motions: readonly Motion[];
  readonly votes: Votes;
  readonly busy: boolean;
  readonly onSign: () => void;
  readonly onChange: () => void;
}

/** What is signed, in plain words, before it is signed. */
export function BallotReview({ asked, motions, votes, busy, onSign, onChange }: Props) {
  const { t, i18n } = useTranslation();
  const { ballot, chainId, box, digest, signer } = asked;
  const label = signer.kind === 'PASSKEY' ? 'vote.withPasskey' : 'vote.withWallet';
  const { member, meeting, call } = ballot;
  return (
    <>
      <p>{t('vote.reviewHead', { member, meeting, call, time: formatTime(ballot.deadline, i18n.language) })}</p>
      <ul className="list-group mb-3">
        {motions.filter(isOpen).map((motion) => (
          <li key={motion.motion} className="list-group-item">
            {motion.motion}. {motion.title}
            <strong className="d-block">
              <Said vote={votes[motion.motion]} />
            </strong>
          </li>
        ))}
      </ul>
      <p className="small">{t('vote.sameDigest')}</p>
      <dl className="small">
        <dt>{t('vote.digest')}</dt>
        <dd className="fingerprint">{hexOf(digest)}</dd>
        <dt>{t('vote.contract', { chain: chainId })}</dt>
        <dd className="fingerprint">{box}</dd>
      </dl>
      <div className="d-flex flex-wrap gap-2">
        <button type="button" className="btn btn-primary btn-lg" disabled={busy} onClick={onSign}>
          {t(busy ? 'vote.signing' : label)}
        </button>
        <button type="button" className="btn btn-quiet btn-lg" disabled={busy} onClick={onChange}>
          {t('vote.change')}
        </button>
      </div>
    </>
  );
}

function Said({ vote }: { readonly vote: Vote | undefined }) {
  const { t } = useTranslation();
  if (vote === undefined || typeof vote === 'string') return t(`vote.${vote ?? 'ABSTAIN'}`);
  if (!vote.length) return t('vote.nobody');
  return vote.map((member) => t('meeting.candidate', { member })).join(', ');
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { hexOf } from '../verify/hex';
import { SigningError, type ToSign } from '../voting/order';
import { castCall, type SignedBallot } from '../voting/paper';
import { sendAlone, walletOf } from '../voting/wallet';

interface Props {
  readonly asked: ToSign;
  readonly signed: SignedBallot;
}

/** The signed paper as a file, and the ways to have it cast without this relay. */
export function SendAlone({ asked, signed }: Props) {
  const { t } = useTranslation();
  const [told, setTold] = useState('');
  const wallet = walletOf(window);

  async function send() {
    try {
      setTold(t('vote.aloneSent', { hash: await sendAlone(wallet!, asked, signed) }));
    } catch (error) {
      if (!(error instanceof SigningError)) throw error;
      setTold(t(`vote.problem.${error.key}`, { detail: error.detail }));
    }
  }

  return (
    <section aria-labelledby="alone">
      <h2 className="h6 mt-4" id="alone">
        {t('vote.alone')}
      </h2>
      <p className="small">{t('vote.aloneLead')}</p>
      <div className="d-flex flex-wrap gap-2">
        <a className="btn btn-quiet" href={fileOf(asked, signed)} download={`ballot-${signed.meeting}-${signed.member}.jsonl`}>
          {t('vote.keep')}
        </a>
        {wallet && (
          <button type="button" className="btn btn-quiet" onClick={() => void send()}>
            {t('vote.fromWallet')}
          </button>
        )}
      </div>
      <p role="status" className="small fingerprint">
        {told}
      </p>
    </section>
  );
}

/** One line, as `koperasi relay-papers` reads it, with the call that any wallet can send. */
function fileOf(asked: ToSign, signed: SignedBallot): string {
  const call = { chain_id: asked.chainId, to: asked.box, data: hexOf(castCall(signed)) };
  return `data:application/json,${encodeURIComponent(`${JSON.stringify({ ...signed, transaction: call })}\n`)}`;
}

import { type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ApiError, post } from '../api/client';
import type { Meeting, OrderReceipt, UnsignedOrder } from '../api/types';
import { useApi } from '../api/useApi';
import { BallotForm } from '../components/BallotForm';
import { BallotReview } from '../components/BallotReview';
import { PageTitle } from '../components/PageTitle';
import { Receipt } from '../components/Receipt';
import { SendAlone } from '../components/SendAlone';
import { Shown } from '../components/Shown';
import { useWords } from '../i18n/useWords';
import { callNow } from '../voting/meeting';
import { agreed, SigningError, type ToSign } from '../voting/order';
import { type BallotOrder, pack, type SignedBallot, type Votes } from '../voting/paper';
import { signWithPasskey } from '../voting/passkey';
import { signWithWallet, walletOf } from '../voting/wallet';

export default function BallotPage() {
  const { t } = useTranslation();
  const { number } = useParams();
  const meeting = useApi<Meeting>(`/meetings/${encodeURIComponent(number!)}`);
  return (
    <>
      <PageTitle title={t('vote.title', { number })} lead={t('vote.lead')} />
      <Shown from={meeting}>{(body) => <Ballot meeting={body} />}</Shown>
      <p className="mt-4">
        <Link to={`/meetings/${number}`}>← {t('meeting.title', { number })}</Link>
      </p>
    </>
  );
}

interface Sent {
  readonly signed: SignedBallot;
  readonly receipt: OrderReceipt | null;
}

/** Fill in, look at what is signed, sign and send, see what becomes of it. */
function Ballot({ meeting }: { readonly meeting: Meeting }) {
  const { t } = useTranslation();
  const [votes, setVotes] = useState<Votes>({});
  const [member, setMember] = useState('');
  const [asked, setAsked] = useState<ToSign | null>(null);
  const [sent, setSent] = useState<Sent | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const now = callNow(meeting);
  if (!now && !sent) return <p role="status">{t('meeting.over')}</p>;

  async function step(work: () => Promise<void>) {
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  function filled(number: number, given: Votes) {
    setMember(String(number));
    setVotes(given);
    void step(async () => {
      const choices = `0x${pack(meeting.motions, given).toString(16)}`;
      const { call, closesAt: deadline } = now!;
      const ballot: BallotOrder = {
        order: 'ballot',
        member: number,
        meeting: meeting.head.meeting,
        call,
        choices,
        deadline,
      };
      setAsked(agreed(ballot, await post<UnsignedOrder>('/orders/unsigned', ballot)));
    });
  }

  function sign(toSign: ToSign) {
    void step(async () => {
      const isPasskey = toSign.signer.kind === 'PASSKEY';
      const signature = await (isPasskey ? signWithPasskey(toSign) : signWithWallet(walletOf(window), toSign));
      const signed = { ...toSign.ballot, signature };
      setSent({ signed, receipt: null });
      setSent({ signed, receipt: await post<OrderReceipt>('/orders', signed) });
    });
  }

  if (sent && asked) {
    return (
      <Step title={t(problem ? 'vote.refused' : 'vote.sent')} problem={problem}>
        {sent.receipt && (
          <>
            <p>{t('vote.receiptLead')}</p>
            <Receipt receipt={sent.receipt.receipt} />
            <Link to={`/orders/${sent.receipt.receipt}`}>{t('vote.link')}</Link>
          </>
        )}
        <SendAlone asked={asked} signed={sent.signed} />
      </Step>
    );
  }
  if (asked) {
    const change = () => setAsked(null);
    return (
      <Step title={t('vote.review')} problem={problem}>
        <BallotReview {...{ asked, votes, busy }} motions={meeting.motions} onSign={() => sign(asked)} onChange={change} />
      </Step>
    );
  }
  return (
    <>
      <Problem of={problem} />
      <BallotForm {...{ member, votes, busy }} motions={meeting.motions} onFilled={filled} />
    </>
  );
}

/** A step that was not there before: its heading takes the focus, so that it is read out. */
function Step({ title, problem, children }: { readonly title: string; readonly problem: unknown; readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [title]);
  return (
    <>
      <h2 className="h5" ref={heading} tabIndex={-1}>
        {title}
      </h2>
      <Problem of={problem} />
      {children}
    </>
  );
}

function Problem({ of: problem }: { readonly of: unknown }) {
  const { t } = useTranslation();
  const words = useWords();
  if (!problem) return null;
  return (
    <p role="alert" className="alert alert-warning text-break">
      {said(problem)}
    </p>
  );

  function said(error: unknown): string {
    if (error instanceof SigningError) return t(`vote.problem.${error.key}`, { detail: error.detail });
    if (error instanceof ApiError && error.messages) return words(error.messages);
    return t(error instanceof ApiError && error.code === 'UNREACHABLE' ? 'state.UNREACHABLE' : 'state.UNREADABLE');
  }
}

import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { OrderReceipt } from '../api/types';
import { useApi } from '../api/useApi';
import { useWords } from '../i18n/useWords';
import { Shown } from './Shown';

/** How often a state that can still change is asked for, in milliseconds. */
const EVERY = 3_000;
const OPEN: readonly string[] = ['WAITING', 'SENT'];

/** What has become of an order; asked again until that cannot change any more. */
export function Receipt({ receipt }: { readonly receipt: string }) {
  const found = useApi<OrderReceipt>(`/orders/${receipt}`);
  const { data, reload } = found;
  useEffect(() => {
    if (!data || !OPEN.includes(data.state)) return;
    const timer = setTimeout(reload, EVERY);
    return () => clearTimeout(timer);
  }, [data, reload]);
  return <Shown from={found}>{(body) => <Told receipt={body} />}</Shown>;
}

const LOOK = { WAITING: 'info', SENT: 'info', ACCEPTED: 'success', REFUSED: 'danger' } as const;

function Told({ receipt }: { readonly receipt: OrderReceipt }) {
  const { t } = useTranslation();
  const words = useWords();
  return (
    <>
      <p role="status" className={`alert alert-${LOOK[receipt.state]}`}>
        {t(`vote.state.${receipt.state}`)} {receipt.reason_words && words(receipt.reason_words)}
        {!receipt.checked && receipt.state === 'WAITING' && ` ${t('vote.unchecked')}`}
      </p>
      <dl className="small">
        <dt>{t('vote.receipt')}</dt>
        <dd className="fingerprint">{receipt.receipt}</dd>
        {receipt.transaction && (
          <>
            <dt>{t('vote.transaction')}</dt>
            <dd className="fingerprint">{receipt.transaction}</dd>
          </>
        )}
      </dl>
    </>
  );
}

import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApiError } from '../api/client';
import type { Loaded } from '../api/useApi';
import { useWords } from '../i18n/useWords';

interface Props<Body> {
  readonly from: Loaded<Body>;
  readonly children: (body: Body) => ReactNode;
}

/** What was loaded, or that it is loading, or why it is not there. */
export function Shown<Body>({ from, children }: Props<Body>) {
  if (from.error) return <Failure error={from.error} onRetry={from.reload} />;
  return from.data ? <>{children(from.data)}</> : <Loading />;
}

export function Loading() {
  const { t } = useTranslation();
  return (
    <p role="status" className="d-flex align-items-center gap-2 text-body-secondary">
      <span className="spinner-border spinner-border-sm" aria-hidden="true" />
      {t('state.loading')}
    </p>
  );
}

/** An error in the server's words, or ours where no answer came. */
export function Failure({ error, onRetry }: { readonly error: ApiError; readonly onRetry: () => void }) {
  const { t } = useTranslation();
  const words = useWords();
  const own = error.code === 'UNREACHABLE' ? 'state.UNREACHABLE' : 'state.UNREADABLE';
  return (
    <div role="alert" className="alert alert-warning">
      <strong className="d-block">{t('state.error')}</strong>
      <span className="d-block mb-2">{error.messages ? words(error.messages) : t(own)}</span>
      <button type="button" className="btn btn-sm btn-quiet" onClick={onRetry}>
        {t('state.retry')}
      </button>
    </div>
  );
}

import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Ratio, RatioSide } from '../api/types';
import { formatPercent } from '../format/money';
import { useWords } from '../i18n/useWords';
import { Amount } from './Amount';

/** A ratio; opened, the figures above and below the line, and the accounts that make them. */
export function RatioItem({ ratio }: { readonly ratio: Ratio }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const value = ratio.bps === null ? t('supervision.noValue') : formatPercent(ratio.bps, i18n.language);
  return (
    <details>
      <summary className="drill d-flex flex-wrap justify-content-between gap-2">
        <span>{words(ratio.label)}</span>
        <strong className="amount">{value}</strong>
      </summary>
      {ratio.target_bps !== null && (
        <p className={`small mb-1 ${ratio.met === false ? 'text-danger-emphasis fw-bold' : ''}`}>
          {t(ratio.better === 'lower' ? 'supervision.atMost' : 'supervision.atLeast', {
            target: formatPercent(ratio.target_bps, i18n.language),
          })}
          {ratio.met !== null && ` ${ratio.met ? '✓' : '✗'} ${t(ratio.met ? 'supervision.met' : 'supervision.notMet')}`}
        </p>
      )}
      <Side title={t('supervision.numerator')} side={ratio.numerator} />
      <Side title={t('supervision.denominator')} side={ratio.denominator} />
    </details>
  );
}

function Side({ title, side }: { readonly title: string; readonly side: RatioSide }) {
  const { i18n } = useTranslation();
  const words = useWords();
  return (
    <dl className="small mb-2">
      <div className="d-flex justify-content-between fw-semibold">
        <dt>{title}</dt>
        <dd className="mb-0">
          <Amount of={side.amount} />
        </dd>
      </div>
      {side.parts.map((part) => (
        <div key={`${part.source}:${part.key}`} className="d-flex flex-wrap justify-content-between gap-2 ps-2">
          <dt className="fw-normal">
            {part.share_bps !== 10_000 && `${formatPercent(part.share_bps, i18n.language)} × `}
            {words(part.label)}{' '}
            {part.accounts.map(({ account }) => (
              <Link key={account} to={`/ledger/${account}`} className="me-1">
                {account}
              </Link>
            ))}
          </dt>
          <dd className="mb-0">
            <Amount of={part.amount} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

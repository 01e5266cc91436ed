import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { withQuery } from '../api/client';
import type { Passbook } from '../api/types';
import { useApi } from '../api/useApi';
import { Amount } from '../components/Amount';
import { FinalBadge } from '../components/FinalBadge';
import { PageTitle } from '../components/PageTitle';
import { Shown } from '../components/Shown';
import { formatDay } from '../format/dates';
import { sumRupiah } from '../format/money';
import { useWords } from '../i18n/useWords';

const FEW = 50;
const MOST = 1000;

export function PassbookPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { number } = useParams();
  return (
    <>
      <PageTitle title={number ? t('passbook.of', { number }) : t('passbook.title')} lead={t('passbook.lead')} />
      <form
        action={(form) => void navigate(`/members/${String(form.get('number')).trim()}`)}
        className="d-flex flex-wrap gap-2 align-items-end mb-4"
        role="search"
      >
        <div>
          <label className="form-label small mb-1" htmlFor="number">
            {t('passbook.number')}
          </label>
          <input
            key={number}
            id="number"
            name="number"
            className="form-control"
            inputMode="numeric"
            pattern="[0-9]+"
            title={t('passbook.invalid')}
            required
            defaultValue={number}
          />
        </div>
        <button type="submit" className="btn btn-primary">
          {t('passbook.show')}
        </button>
      </form>
      {number && <Book key={number} number={number} />}
    </>
  );
}

function Book({ number }: { readonly number: string }) {
  const { t } = useTranslation();
  const [limit, setLimit] = useState(FEW);
  const path = `/members/${encodeURIComponent(number)}/passbook`;
  const book = useApi<Passbook>(withQuery(path, { limit }));
  return (
    <Shown from={book}>
      {(body) => (
        <>
          <Holdings book={body} />
          <h2 className="h5 mt-4">{t('passbook.rows')}</h2>
          {body.movements.length ? <Movements book={body} /> : <p role="status">{t('passbook.empty')}</p>}
          {body.more && limit < MOST && (
            <button type="button" className="btn btn-quiet" onClick={() => setLimit(MOST)}>
              {t('passbook.older')}
            </button>
          )}
        </>
      )}
    </Shown>
  );
}

function Holdings({ book }: { readonly book: Passbook }) {
  const { t } = useTranslation();
  const held = book.savings.filter(({ kind, balance }) => kind !== 'PAYABLE' || balance !== '0');
  return (
    <div className="card">
      <dl className="card-body mb-0">
        {held.map(({ kind, balance }) => (
          <Holding key={kind} label={t(`kind.${kind}`)} amount={balance} />
        ))}
        <Holding total label={t('passbook.total')} amount={sumRupiah(held.map(({ balance }) => balance))} />
        {book.loans_outstanding !== '0' && <Holding label={t('passbook.loans')} amount={book.loans_outstanding} />}
      </dl>
    </div>
  );
}

interface HoldingProps {
  readonly label: string;
  readonly amount: string | bigint;
  readonly total?: boolean;
}

function Holding({ label, amount, total = false }: HoldingProps) {
  const weight = total ? 'fw-semibold' : 'fw-normal';
  return (
    <div className={`d-flex flex-wrap justify-content-between column-gap-3${total ? ' border-top mt-2 pt-2' : ''}`}>
      <dt className={weight}>{label}</dt>
      <dd className={`mb-0 ${weight}`}>
        <Amount of={amount} />
      </dd>
    </div>
  );
}

function Movements({ book }: { readonly book: Passbook }) {
  const { t, i18n } = useTranslation();
  const words = useWords();
  return (
    <table className="table table-stack align-middle">
      <caption className="visually-hidden">{t('passbook.rows')}</caption>
      <thead>
        <tr>
          <th scope="col">{t('entry.day')}</th>
          <th scope="col">{t('passbook.what')}</th>
          <th scope="col" className="amount">
            {t('passbook.amount')}
          </th>
          <th scope="col" className="amount">
            {t('passbook.balance')}
          </th>
        </tr>
      </thead>
      <tbody>
        {book.movements.map(({ entry, final, book_day: day, title, account, name, loan, amount, balance }) => (
          <tr key={`${entry}-${account}-${loan}`}>
            <td className="text-nowrap">
              <Link to={`/entries/${entry}`}>{formatDay(day, i18n.language)}</Link> {!final && <FinalBadge final={false} />}
            </td>
            <td className="whole-row order-first">
              {words(title)}
              <div className="small text-body-secondary">
                {words(name)}
                {loan !== null && ` · ${t('entry.loan', { number: loan })}`}
              </div>
            </td>
            <td className="amount fw-semibold">
              {!amount.startsWith('-') && '+'}
              <Amount of={amount} />
            </td>
            <td className="amount whole-row small text-body-secondary">
              <span className="d-sm-none">{t('passbook.balance')} </span>
              <Amount of={balance} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { withQuery } from '../api/client';
import type { Listing } from '../api/types';
import { useApi } from '../api/useApi';
import { Amount } from '../components/Amount';
import { ListingTable } from '../components/ListingTable';
import { PageTitle } from '../components/PageTitle';
import { PeriodForm, usePeriod } from '../components/PeriodForm';
import { Shown } from '../components/Shown';
import { StatedOn } from '../components/StatedOn';
import { formatDay } from '../format/dates';
import { useWords } from '../i18n/useWords';
import { NotFoundPage } from './NotFoundPage';

const LIMIT = 200;

/** The general ledger of an account: what a row of a statement leads to. */
export function LedgerPage() {
  const { t, i18n } = useTranslation();
  const words = useWords();
  const { account = '' } = useParams();
  const period = usePeriod();
  const path = `/accounts/${account}/lines`;
  const isCode = /^[1-9][0-9]{0,4}$/.test(account);
  const listing = useApi<Listing>(isCode ? withQuery(path, { ...period, limit: LIMIT }) : null);
  if (!isCode) return <NotFoundPage />;
  return (
    <>
      <PageTitle title={listing.data ? words(listing.data.title) : t('ledger.title', { account })} lead={t('ledger.lead')} />
      <PeriodForm />
      <Shown from={listing}>
        {(body) => (
          <>
            <p>
              {t('ledger.opening', { day: formatDay(body.from_day, i18n.language) })} <Amount of={body.opening} />
            </p>
            {body.rows.length ? <ListingTable listing={body} /> : <p role="status">{t('ledger.empty')}</p>}
            {body.more && <p role="status">{t('ledger.more', { limit: LIMIT })}</p>}
            <StatedOn books={body.stated_on} path={path} asked={{ ...period }} />
          </>
        )}
      </Shown>
      <p>
        <Link to={withQuery('/statements', { ...period })}>← {t('ledger.back')}</Link>
      </p>
    </>
  );
}

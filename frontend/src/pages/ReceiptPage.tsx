import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { PageTitle } from '../components/PageTitle';
import { Receipt } from '../components/Receipt';

export function ReceiptPage() {
  const { t } = useTranslation();
  const { receipt } = useParams();
  return (
    <>
      <PageTitle title={t('vote.receipt')} lead={t('vote.receiptLead')} />
      <Receipt receipt={receipt!} />
    </>
  );
}

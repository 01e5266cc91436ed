import { useTranslation } from 'react-i18next';

/** Whether an entry can still go away with its block. */
export function FinalBadge({ final }: { readonly final: boolean }) {
  const { t } = useTranslation();
  return final ? (
    <span className="badge text-bg-success align-self-center">{t('entries.final')}</span>
  ) : (
    <span className="badge text-bg-secondary align-self-center" title={t('entries.provisionalHint')}>
      {t('entries.provisional')}
    </span>
  );
}

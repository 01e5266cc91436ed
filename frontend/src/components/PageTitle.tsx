import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';

/** The heading of a page, and the title of its window. */
export function PageTitle({ title, lead }: { readonly title: string; readonly lead?: string }) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = `${title} · ${t('app.name')}`;
  }, [title, t]);
  return (
    <div className="mb-4">
      <h1 className="h3 mb-1">{title}</h1>
      {lead && <p className="text-body-secondary mb-0">{lead}</p>}
    </div>
  );
}

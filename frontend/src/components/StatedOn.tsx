import { useTranslation } from 'react-i18next';
import { withQuery } from '../api/client';
import type { StatedOn as Books } from '../api/types';
import { groupDigits } from '../format/money';

interface Props {
  readonly books: Books;
  readonly path: string;
  readonly asked: Readonly<Record<string, string | undefined>>;
}

/** The books that a report was made from, and the same report as a document to keep. */
export function StatedOn({ books, path, asked }: Props) {
  const { t } = useTranslation();
  return (
    <footer className="small text-body-secondary">
      <p className="mb-1">
        {t('report.source', { entries: groupDigits(BigInt(books.entries)), block: groupDigits(BigInt(books.block)) })}{' '}
        <span className="fingerprint">{books.block_hash}</span>
      </p>
      <p className="d-flex flex-wrap gap-3">
        {(['pdf', 'html'] as const).map((form) => (
          <a key={form} href={`/api/v1${withQuery(`${path}.${form}`, asked)}`}>
            {t(`report.${form}`)}
          </a>
        ))}
      </p>
    </footer>
  );
}

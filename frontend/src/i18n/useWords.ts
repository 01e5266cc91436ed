import { useTranslation } from 'react-i18next';
import type { Words } from '../api/types';

/** Chooses of words that come from the server in both languages. */
export function useWords(): (words: Words) => string {
  const { i18n } = useTranslation();
  return (words) => (i18n.language === 'en' ? words.en : words.id);
}

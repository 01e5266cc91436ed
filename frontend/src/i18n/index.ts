/** The two languages; the one chosen last time, or the browser's, is used. */

import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { en } from './en';
import { id } from './id';

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];
const KEY = 'language';

/** Start translating; `document` gets the language too. */
export async function startTranslating(): Promise<void> {
  i18next.on('languageChanged', (language) => {
    document.documentElement.lang = language;
  });
  await i18next.use(initReactI18next).init({
    resources: { id: { translation: id }, en: { translation: en } },
    lng: preferred(localStorage.getItem(KEY), navigator.language),
    fallbackLng: 'id',
    interpolation: { escapeValue: false },
  });
}

/** Switch, and remember it. */
export async function choose(language: Language): Promise<void> {
  localStorage.setItem(KEY, language);
  await i18next.changeLanguage(language);
}

/** English for those who chose it or whose browser speaks it, else Indonesian. */
export function preferred(chosen: string | null, browser: string): Language {
  const wanted = chosen ?? browser;
  return wanted.toLowerCase().startsWith('en') ? 'en' : 'id';
}

import { useState } from 'react';
import { useTranslation } from 'react-i18next';

/** Light or dark; the choice is kept, and public/theme.js sets it before the next page is painted. */
export function ThemeButton() {
  const { t } = useTranslation();
  const [dark, setDark] = useState(document.documentElement.dataset.bsTheme === 'dark');

  function toggle() {
    const theme = dark ? 'light' : 'dark';
    document.documentElement.dataset.bsTheme = theme;
    localStorage.setItem('theme', theme);
    setDark(!dark);
  }

  const label = t(dark ? 'app.toLight' : 'app.toDark');
  return (
    <button type="button" className="btn btn-sm btn-quiet" onClick={toggle} aria-label={label} title={label}>
      <span aria-hidden="true">{dark ? '☀' : '☾'}</span>
    </button>
  );
}

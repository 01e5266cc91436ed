import { useTranslation } from 'react-i18next';
import { NavLink, Outlet } from 'react-router';
import { choose, LANGUAGES } from '../i18n';
import { ThemeButton } from './ThemeButton';

const PAGES = [
  { to: '/', label: 'nav.home' },
  { to: '/meetings', label: 'nav.meetings' },
  { to: '/entries', label: 'nav.entries' },
  { to: '/statements', label: 'nav.statements' },
  { to: '/trial-balance', label: 'nav.balance' },
  { to: '/members', label: 'nav.passbook' },
  { to: '/loan-preview', label: 'nav.preview' },
] as const;

const NAMES = { id: 'Bahasa Indonesia', en: 'English' };

export function Layout() {
  const { t } = useTranslation();
  return (
    <>
      <a className="visually-hidden-focusable" href="#content">
        {t('app.skip')}
      </a>
      <header className="masthead">
        <div className="container d-flex align-items-center gap-2 pt-3 pb-1">
          <img src="/icon.svg" alt="" width="32" height="32" />
          <div className="me-auto lh-sm">
            <strong>{t('app.name')}</strong>
            <div className="small text-body-secondary d-none d-sm-block">{t('app.tagline')}</div>
          </div>
          <LanguageSwitch />
          <ThemeButton />
        </div>
        <nav className="container" aria-label={t('app.navigation')}>
          <div className="nav">
            {PAGES.map(({ to, label }) => (
              <NavLink key={to} to={to} end={to === '/'} className="nav-link">
                {t(label)}
              </NavLink>
            ))}
          </div>
        </nav>
      </header>
      <main id="content" className="container py-4" tabIndex={-1}>
        <Outlet />
      </main>
      <footer className="container pb-4 small text-body-secondary">
        {t('app.footer')} <a href="/verify.html">{t('app.verify')}</a>
      </footer>
    </>
  );
}

function LanguageSwitch() {
  const { t, i18n } = useTranslation();
  return (
    <div className="btn-group btn-group-sm" role="group" aria-label={t('app.language')}>
      {LANGUAGES.map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={`btn btn-quiet${i18n.language === language ? ' active' : ''}`}
          aria-pressed={i18n.language === language}
          onClick={() => void choose(language)}
        >
          {language.toUpperCase()}
          <span className="visually-hidden"> {NAMES[language]}</span>
        </button>
      ))}
    </div>
  );
}

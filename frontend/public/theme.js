// Before anything is painted: the theme chosen last time, or the device's.
const chosen = localStorage.getItem('theme');
const dark = matchMedia('(prefers-color-scheme: dark)').matches;
document.documentElement.dataset.bsTheme = chosen === 'light' || chosen === 'dark' ? chosen : dark ? 'dark' : 'light';

export const signIn = {
  'signIn.title': 'Anmelden',
  'signIn.email': 'E-Mail',
  'signIn.password': 'Passwort',
  'signIn.submit': 'Anmelden',
  'signIn.emailMissing': 'Geben Sie Ihre E-Mail-Adresse ein.',
  'signIn.passwordMissing': 'Geben Sie Ihr Passwort ein.',
  'signIn.ended': 'Ihre Sitzung wurde beendet. Melden Sie sich erneut an, um fortzufahren.',
  'signIn.toGoOn': 'Melden Sie sich an, um zur aufgerufenen Seite zu gelangen.',
  'signIn.cookieRefused':
    'Ihr Browser hat das Sitzungs-Cookie nicht gespeichert, daher sind Sie nicht angemeldet. Erlauben Sie Cookies für diese Website, öffnen Sie sie in einem eigenen Tab und melden Sie sich erneut an.',
  'signIn.cookieRefused.http':
    'Ihr Browser hat das Sitzungs-Cookie nicht gespeichert, daher sind Sie nicht angemeldet. Safari lehnt sichere Cookies auf http-Adressen ab, auch auf localhost. Verwenden Sie Chrome oder Firefox, oder öffnen Sie Hallpass unter einer https-Adresse.',
} as const

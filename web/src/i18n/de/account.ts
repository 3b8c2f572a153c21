export const account = {
  'page.account': 'Ihr Konto',
  'account.profile': 'Profil',
  'account.name': 'Name',
  'account.email': 'E-Mail',
  'account.roles': 'Rollen',
  'account.byAdministrator':
    'Nur ein Administrator kann Ihre E-Mail-Adresse und Ihre Rollen ändern.',
  'account.saved': 'Gespeichert.',
  'account.overtaken':
    'Ihr Name wurde inzwischen von jemand anderem in „{name}“ geändert. Speichern Sie erneut, um ihn durch Ihren zu ersetzen.',
  'account.takeTheirs': 'Gespeicherten Namen behalten',
  'account.password': 'Passwort',
  'account.password.hint': 'Wenn Sie Ihr Passwort ändern, werden Ihre anderen Sitzungen beendet.',
  'account.password.change': 'Passwort ändern',
  'account.password.current': 'Aktuelles Passwort',
  'account.password.new': 'Neues Passwort',
  'account.password.endsOthers':
    'Auf diesem Gerät bleiben Sie angemeldet. Alle anderen Geräte werden abgemeldet.',
  'account.password.submit': 'Neues Passwort festlegen',
  'account.password.changed': 'Passwort geändert. Ihre anderen Sitzungen wurden beendet.',
  'account.sessions': 'Sitzungen',
  'account.sessions.hint':
    'Geräte, auf denen Sie angemeldet sind. Beenden Sie Sitzungen, die Sie nicht kennen, und ändern Sie Ihr Passwort.',
  'account.sessions.current': 'Diese Sitzung',
  'account.sessions.from': 'von {ip}',
  'account.sessions.fromUnknown': 'von unbekannter Adresse',
  'account.sessions.lastUsed': 'zuletzt aktiv',
  'account.sessions.signedIn': 'angemeldet',
  'account.sessions.end': 'Beenden',
  'account.sessions.endOf': 'Beenden: {device}',
  'account.sessions.end.ask': 'Diese Sitzung beenden?',
  'account.sessions.end.text': '{device} wird abgemeldet.',
  'account.sessions.endOthers': 'Alle anderen beenden',
  'account.sessions.endOthers.ask': {
    one: '{count} andere Sitzung beenden?',
    other: '{count} andere Sitzungen beenden?',
  },
  'account.sessions.endOthers.text':
    'Die anderen Geräte werden abgemeldet. Diese Sitzung bleibt bestehen.',
  'account.sessions.ended': { one: 'Sitzung beendet.', other: '{count} Sitzungen beendet.' },
  'account.sessions.more': {
    one: 'Es werden die neuesten {count} Sitzungen angezeigt. Um alle anderen zu beenden, auch ältere, ändern Sie Ihr Passwort.',
    other:
      'Es werden die neuesten {count} Sitzungen angezeigt. Um alle anderen zu beenden, auch ältere, ändern Sie Ihr Passwort.',
  },
  'account.preferences': 'Einstellungen',
  'account.preferences.hint': 'Nur auf diesem Gerät gespeichert.',
  'device.unknown': 'Unbekanntes Gerät',
  'device.browserOn': '{browser} auf {system}',
  'device.program': 'Programm: {program}',
  'password.tooShort': {
    one: 'Noch mindestens {count} Zeichen.',
    other: 'Noch mindestens {count} Zeichen.',
  },
  'password.tooLong': { one: '{count} Zeichen zu lang.', other: '{count} Zeichen zu lang.' },
  'password.tooCommon':
    'Dieses Passwort ist zu häufig. Verwenden Sie mehrere Wörter ohne Zusammenhang.',
  'password.fair': 'Ausreichend. Länger ist sicherer.',
  'password.good': 'Gutes Passwort.',
  'password.strong': 'Sehr gutes Passwort.',
} as const

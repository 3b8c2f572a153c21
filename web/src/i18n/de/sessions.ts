export const sessions = {
  'sessions.title': 'Sitzungen',
  'sessions.none': 'Auf keinem Gerät angemeldet.',
  'sessions.more': {
    one: 'Das sind die neuesten {count} Sitzungen. Es gibt noch ältere; „Alle beenden …“ beendet auch sie.',
    other:
      'Das sind die neuesten {count} Sitzungen. Es gibt noch ältere; „Alle beenden …“ beendet auch sie.',
  },
  'sessions.endAll': 'Alle beenden …',
  'sessions.endAll.title': 'Alle Sitzungen von {name} beenden?',
  'sessions.endAll.text': 'Jedes Gerät wird sofort abgemeldet und muss sich neu anmelden.',
  'sessions.ended': 'Die Sitzung auf {device} ist beendet.',
  'sessions.allEnded': '{name} ist überall abgemeldet.',
  'sessions.failed': 'Die Sitzungen ließen sich nicht laden.',
} as const

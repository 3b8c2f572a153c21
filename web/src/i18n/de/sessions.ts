export const sessions = {
  'sessions.title': 'Sitzungen',
  'sessions.none': 'Auf keinem Gerät angemeldet.',
  'sessions.more': {
    one: 'Es werden die neuesten {count} Sitzungen angezeigt. „Alle beenden …“ beendet auch ältere.',
    other:
      'Es werden die neuesten {count} Sitzungen angezeigt. „Alle beenden …“ beendet auch ältere.',
  },
  'sessions.endAll': 'Alle beenden …',
  'sessions.endAll.title': 'Alle Sitzungen von {name} beenden?',
  'sessions.endAll.text': 'Alle Geräte werden sofort abgemeldet.',
  'sessions.ended': 'Die Sitzung auf {device} wurde beendet.',
  'sessions.allEnded': '{name} wurde auf allen Geräten abgemeldet.',
  'sessions.failed': 'Die Sitzungen konnten nicht geladen werden.',
} as const

export const sessions = {
  'sessions.title': 'Sessions',
  'sessions.none': 'Not signed in on any device.',
  'sessions.more': {
    one: 'Showing the newest {count} sessions. “End all…” also ends older ones.',
    other: 'Showing the newest {count} sessions. “End all…” also ends older ones.',
  },
  'sessions.endAll': 'End all…',
  'sessions.endAll.title': 'End all sessions of {name}?',
  'sessions.endAll.text': 'All devices are signed out immediately.',
  'sessions.ended': 'The session on {device} has ended.',
  'sessions.allEnded': '{name} was signed out on all devices.',
  'sessions.failed': 'The sessions could not be loaded.',
} as const

export const sessions = {
  'sessions.title': 'Sessions',
  'sessions.none': 'Not signed in on any device.',
  'sessions.more': {
    one: 'These are the newest {count} sessions. There are older ones; “End all…” ends them, too.',
    other:
      'These are the newest {count} sessions. There are older ones; “End all…” ends them, too.',
  },
  'sessions.endAll': 'End all…',
  'sessions.endAll.title': 'End all sessions of {name}?',
  'sessions.endAll.text': 'Every device is signed out at once and has to sign in again.',
  'sessions.ended': 'The session on {device} has ended.',
  'sessions.allEnded': '{name} is signed out everywhere.',
  'sessions.failed': 'The sessions could not be loaded.',
} as const

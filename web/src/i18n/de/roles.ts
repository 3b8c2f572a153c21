export const roles = {
  'role.admin': 'Administrator',
  'role.manager': 'Manager',
  'role.viewer': 'Betrachter',
  'role.user': 'Benutzer',
  'permission.users:read': 'Benutzer sehen',
  'permission.users:write': 'Benutzer anlegen und ändern',
  'permission.sessions:revoke': 'Sitzungen beenden',
  'permission.audit:read': 'das Protokoll lesen',
  'permission.system:operate': 'den Zustand des Systems sehen',
  'permission.none': 'nur das eigene Konto',
} as const

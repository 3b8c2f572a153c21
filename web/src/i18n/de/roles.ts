export const roles = {
  'role.admin': 'Administrator',
  'role.manager': 'Manager',
  'role.viewer': 'Betrachter',
  'role.user': 'Benutzer',
  'permission.users:read': 'Benutzer ansehen',
  'permission.users:write': 'Benutzer anlegen und ändern',
  'permission.sessions:revoke': 'Sitzungen beenden',
  'permission.audit:read': 'Protokoll ansehen',
  'permission.system:operate': 'Systemstatus ansehen',
  'permission.none': 'nur das eigene Konto',
} as const

/** Names of the built-in roles and permissions. Other roles are shown by their names. */
export const roles = {
  'role.admin': 'Administrator',
  'role.manager': 'Manager',
  'role.viewer': 'Viewer',
  'role.user': 'User',
  'permission.users:read': 'view users',
  'permission.users:write': 'create and change users',
  'permission.sessions:revoke': 'end sessions',
  'permission.audit:read': 'view the audit log',
  'permission.system:operate': 'view the system status',
  'permission.none': 'own account only',
} as const

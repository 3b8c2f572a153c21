/** Names of roles and permissions that every installation has; others are shown as they are. */
export const roles = {
  'role.admin': 'Administrator',
  'role.manager': 'Manager',
  'role.viewer': 'Viewer',
  'role.user': 'User',
  'permission.users:read': 'see users',
  'permission.users:write': 'create and change users',
  'permission.sessions:revoke': 'end sessions',
  'permission.audit:read': 'read the audit log',
  'permission.system:operate': 'see the system’s status',
  'permission.none': 'only their own account',
} as const

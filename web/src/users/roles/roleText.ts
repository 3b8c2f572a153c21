import type { Role } from '@/api/types'
import { t, type PlainKey } from '@/i18n'
import { en } from '@/i18n/en'

/** The name of a role: translated for built-in roles, otherwise unchanged. */
export function roleText(name: string): string {
  return ours(`role.${name}`) ?? name
}

/** The texts of a role's permissions. */
export function permissionsText({ permissions }: Pick<Role, 'permissions'>): string {
  if (permissions.length === 0) return t('permission.none')
  return permissions.map((name) => ours(`permission.${name}`) ?? name).join(', ')
}

function ours(key: string): string | undefined {
  return key in en
    ? t(key as Extract<PlainKey, `role.${string}` | `permission.${string}`>)
    : undefined
}

import type { Place } from '@/api/types'
import { isolate } from '@/format/isolate'
import { placeText } from '@/format/place'
import { formatMoment } from '@/format/time'
import { t, type PlainKey } from '@/i18n'
import { en } from '@/i18n/en'
import { roleText } from '@/users/roles/roleText'
import { isSort, sortText } from '@/users/list/sortText'

/** The audit events of this release, in the order of the filter. A newer server may have more. */
export const EVENTS = [
  'login',
  'login_failed',
  'password_check_failed',
  'link_refused',
  'refresh_refused',
  'refresh_reuse',
  'logout',
  'logout_everywhere',
  'sessions_ended',
  'all_sessions_ended',
  'all_links_revoked',
  'password_changed',
  'password_set_by_link',
  'password_set_by_operator',
  'setup_link_made',
  'user_created',
  'user_updated',
  'user_roles_changed',
  'user_deactivated',
  'user_reactivated',
  'user_erased',
  'users_exported',
  'secret_rotation_started',
  'secret_rotation_verified',
  'secret_rotation_finished',
  'secret_replaced_at_once',
  'backup_created',
  'database_restored',
  'audit_purged',
  'purge_started',
  'purge_finished',
  'tables_analyzed',
  'schema_migrated',
  'role_password_set',
  'database_bound',
] as const

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** The text for an event. An unknown event is shown by its name. */
export function eventText(event: string): string {
  const key = `audit.event.${event}`
  return isKnown(key) ? t(key) : event.replaceAll('_', ' ')
}

/** The texts for one detail of an event: its name, and its value on one line. */
export function detailText([name, value]: [string, unknown]): { name: string; value: string } {
  if (name === 'place')
    return { name: t('audit.detail.place'), value: placeText(value as Partial<Place>) }
  const key = `audit.detail.${name}`
  return { name: isKnown(key) ? t(key) : name, value: valueText(name, value) }
}

function valueText(name: string, value: unknown): string {
  if (Array.isArray(value)) return value.map((one) => valueText(name, one)).join(', ')
  if (typeof value === 'string') return wordText(name, value)
  if (typeof value === 'boolean') return t(value ? 'audit.yes' : 'audit.no')
  if (typeof value === 'number') return String(value)
  const parts = Object.entries(value ?? {}).map(detailText)
  return parts.length === 0
    ? t('audit.nothing')
    : parts.map((part) => `${part.name}: ${isolate(part.value)}`).join('; ')
}

/** The format in which the server writes times (RFC 3339). */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/** Translates the values of fields whose values are names, and times. Other values, for example typed text, stay as they are. */
function wordText(name: string, value: string): string {
  if (name === 'role' || name === 'roles' || name === 'rolesBefore') return roleText(value)
  if (name === 'sort' && isSort(value)) return sortText(value)
  const key = `audit.reason.${value}`
  if (name === 'reason' && isKnown(key)) return t(key)
  return MOMENT.test(value) ? formatMoment(value) : value
}

function isKnown(key: string): key is PlainKey {
  return key in en
}

import { t, type PlainKey } from '@/i18n'
import { en } from '@/i18n/en'

/** What this release writes down, in the order in which one looks for it. A newer server may know more. */
export const EVENTS = [
  'login',
  'login_failed',
  'refresh_reuse',
  'logout',
  'logout_everywhere',
  'sessions_ended',
  'all_sessions_ended',
  'password_changed',
  'password_set_by_link',
  'password_set_by_operator',
  'setup_link_made',
  'user_created',
  'user_updated',
  'user_roles_changed',
  'user_deactivated',
  'user_reactivated',
  'users_exported',
  'purge_started',
  'purge_finished',
] as const

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

/** In words; an event we do not know by its own name. */
export function eventText(event: string): string {
  const key = `audit.event.${event}`
  return isKnown(key) ? t(key) : event.replaceAll('_', ' ')
}

/** A field of an event's details: its name, and its value on one line. */
export function detailText([name, value]: [string, unknown]): { name: string; value: string } {
  const key = `audit.detail.${name}`
  return { name: isKnown(key) ? t(key) : name, value: valueText(value) }
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(', ')
  if (typeof value === 'string') {
    const key = `audit.reason.${value}`
    return isKnown(key) ? t(key) : value
  }
  if (value === true) return t('audit.yes')
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function isKnown(key: string): key is Extract<PlainKey, `audit.${string}`> {
  return key in en
}

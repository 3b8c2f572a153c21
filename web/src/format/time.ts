import { LOCALE } from './locale'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' })
const moment = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' })
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto', style: 'short' })

/** "23 Nov 2026" */
export function formatDay(at: string): string {
  return day.format(new Date(at))
}

/** The full time, with its zone, for a tooltip. */
export function formatMoment(at: string): string {
  return moment.format(new Date(at))
}

/** "just now", "5 min ago", "yesterday"; older than a week: the day. */
export function formatAgo(at: string, now = Date.now()): string {
  const age = now - Date.parse(at)
  if (age < MINUTE) return 'just now'
  if (age < HOUR) return relative.format(-Math.floor(age / MINUTE), 'minute')
  if (age < DAY) return relative.format(-Math.floor(age / HOUR), 'hour')
  if (age < 7 * DAY) return relative.format(-Math.floor(age / DAY), 'day')
  return formatDay(at)
}

/** "8 s", "1 min 05 s" */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`
}

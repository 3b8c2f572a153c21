import { computed } from 'vue'
import { t } from '@/i18n'
import { locale } from '@/i18n/language'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// In the reader's language, region and zone.
const day = computed(
  () => new Intl.DateTimeFormat(locale.value, { day: 'numeric', month: 'short', year: 'numeric' }),
)
const minute = computed(
  () => new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }),
)
const moment = computed(
  () => new Intl.DateTimeFormat(locale.value, { dateStyle: 'full', timeStyle: 'long' }),
)
const relative = computed(
  () => new Intl.RelativeTimeFormat(locale.value, { numeric: 'auto', style: 'short' }),
)

/** "23 Nov 2026" */
export function formatDay(at: string): string {
  return day.value.format(new Date(at))
}

/** "23 Nov 2026, 14:05" */
export function formatMinute(at: string): string {
  return minute.value.format(new Date(at))
}

/** The full time, with its zone, for a tooltip. */
export function formatMoment(at: string): string {
  return moment.value.format(new Date(at))
}

/** "just now", "5 min ago", "yesterday"; older than a week: the day. */
export function formatAgo(at: string, now = Date.now()): string {
  const age = now - Date.parse(at)
  if (age < MINUTE) return t('time.justNow')
  if (age < HOUR) return relative.value.format(-Math.floor(age / MINUTE), 'minute')
  if (age < DAY) return relative.value.format(-Math.floor(age / HOUR), 'hour')
  const days = calendarDays(new Date(at), new Date(now))
  return days < 7 ? relative.value.format(-days, 'day') : formatDay(at)
}

/** Nights of the reader's zone in between: what "yesterday" means. */
function calendarDays(from: Date, to: Date): number {
  const noon = (of: Date): number => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate(), 12)
  return Math.round((noon(to) - noon(from)) / DAY)
}

/** "8 s", "1 min 05 s" */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return t('time.seconds', { seconds })
  return t('time.minutes', {
    minutes: Math.floor(seconds / 60),
    seconds: String(seconds % 60).padStart(2, '0'),
  })
}

import { computed } from 'vue'
import { t } from '@/i18n'
import { locale } from '@/i18n/language'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// Times are shown in the reader's language, region and time zone.
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

/** Formats a date, for example "23 Nov 2026". */
export function formatDay(at: string): string {
  return day.value.format(new Date(at))
}

/** Formats date and time, for example "23 Nov 2026, 14:05". */
export function formatMinute(at: string): string {
  return minute.value.format(new Date(at))
}

/** Formats weekday, date and time with its time zone, for a tooltip. */
export function formatMoment(at: string): string {
  return moment.value.format(new Date(at))
}

/** Formats a time relative to now: "just now", "5 min ago", "yesterday". From 7 calendar days on: the date. */
export function formatAgo(at: string, now = Date.now()): string {
  const age = now - Date.parse(at)
  if (age < MINUTE) return t('time.justNow')
  if (age < HOUR) return relative.value.format(-Math.floor(age / MINUTE), 'minute')
  if (age < DAY) return relative.value.format(-Math.floor(age / HOUR), 'hour')
  const days = calendarDays(new Date(at), new Date(now))
  return days < 7 ? relative.value.format(-days, 'day') : formatDay(at)
}

/** Number of midnights between two times, in the reader's time zone: 1 means "yesterday". */
function calendarDays(from: Date, to: Date): number {
  const noon = (of: Date): number => Date.UTC(of.getFullYear(), of.getMonth(), of.getDate(), 12)
  return Math.round((noon(to) - noon(from)) / DAY)
}

/** Formats a duration in seconds, for example "8 s" or "1 min 05 s". */
export function formatSeconds(seconds: number): string {
  if (seconds < 60) return t('time.seconds', { seconds })
  return t('time.minutes', {
    minutes: Math.floor(seconds / 60),
    seconds: String(seconds % 60).padStart(2, '0'),
  })
}

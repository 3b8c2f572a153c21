import { computed } from 'vue'
import { t } from '@/i18n'
import { locale } from '@/i18n/language'
import { formatSeconds } from './time'

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

const formats = computed(() =>
  UNITS.map(
    (unit) =>
      new Intl.NumberFormat(locale.value, {
        style: 'unit',
        unit,
        unitDisplay: 'short',
        maximumSignificantDigits: 3,
      }),
  ),
)

/** Formats a number of bytes, for example "7.7 MB". Units are powers of 1,000 (SI). */
export function formatBytes(bytes: number): string {
  const power = Math.min(
    UNITS.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)),
  )
  return formats.value[power]?.format(bytes / 1_000 ** power) ?? String(bytes)
}

/** Formats a duration in its two largest units, for example "3 d 4 h", "4 h 12 min" or "1 min 05 s". */
export function formatDuration(seconds: number): string {
  const whole = Math.floor(seconds)
  const hours = Math.floor(whole / 3_600)
  if (hours >= 24) return t('time.days', { days: Math.floor(hours / 24), hours: hours % 24 })
  if (hours >= 1) return t('time.hours', { hours, minutes: Math.floor((whole % 3_600) / 60) })
  return formatSeconds(whole)
}

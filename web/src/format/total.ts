import { computed } from 'vue'
import type { UserTotal } from '@/api/types'
import { t } from '@/i18n'
import { locale } from '@/i18n/language'

const exact = computed(() => new Intl.NumberFormat(locale.value))
const rounded = computed(() => new Intl.NumberFormat(locale.value, { maximumSignificantDigits: 2 }))
const compact = computed(
  () =>
    new Intl.NumberFormat(locale.value, {
      notation: 'compact',
      compactDisplay: 'long',
      maximumSignificantDigits: 2,
    }),
)

/** Formats an exact total, a lower bound or an estimate: "37", "at least 1,000", "about 1.2 million". */
export function formatTotal({ value, relation }: UserTotal): string {
  if (relation === 'atLeast') return t('total.atLeast', { value: exact.value.format(value) })
  if (relation === 'estimated')
    return t('total.about', { value: (value < 1_000_000 ? rounded : compact).value.format(value) })
  return exact.value.format(value)
}

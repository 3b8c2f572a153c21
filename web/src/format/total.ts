import type { UserTotal } from '@/api/types'
import { LOCALE } from './locale'

const exact = new Intl.NumberFormat(LOCALE)
const rounded = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 2 })
const compact = new Intl.NumberFormat(LOCALE, {
  notation: 'compact',
  compactDisplay: 'long',
  maximumSignificantDigits: 2,
})

/** A total that claims no more than the server knows: "37", "more than 1,000", "about 1.2 million". */
export function formatTotal({ value, relation }: UserTotal): string {
  if (relation === 'atLeast') return `more than ${exact.format(value)}`
  if (relation === 'estimated') return `about ${(value < 1_000_000 ? rounded : compact).format(value)}`
  return exact.format(value)
}

import type { SignIns } from '@/api/types'
import { formatTotal } from '@/format/total'
import { t } from '@/i18n'

type Bucket = SignIns['buckets'][number]

/** The server caps each count of a bucket at this number, which then means "this many or more". */
const COUNTED_MAX = 20_000

/** Formats the total of the buckets, for example "37", or "20,000 or more" if a bucket is capped. */
export function countText(buckets: readonly Bucket[], kind: 'succeeded' | 'failed'): string {
  const value = formatTotal({
    value: buckets.reduce((sum, bucket) => sum + bucket[kind], 0),
    relation: 'exact',
  })
  return buckets.some((bucket) => bucket[kind] >= COUNTED_MAX)
    ? t('status.signIns.orMore', { value })
    : value
}

/** Formats the totals of successful and failed sign-ins. */
export function countTexts(buckets: readonly Bucket[]): { succeeded: string; failed: string } {
  return { succeeded: countText(buckets, 'succeeded'), failed: countText(buckets, 'failed') }
}

import type { SignIns } from '@/api/types'
import { formatTotal } from '@/format/total'
import { t } from '@/i18n'

type Bucket = SignIns['buckets'][number]

/** The server counts up to so many of a kind in a bucket: it means so many or more. */
const COUNTED_MAX = 20_000

/** "37", or "20,000 or more" where the server stopped counting in one of the buckets. */
export function countText(buckets: readonly Bucket[], kind: 'succeeded' | 'failed'): string {
  const value = formatTotal({
    value: buckets.reduce((sum, bucket) => sum + bucket[kind], 0),
    relation: 'exact',
  })
  return buckets.some((bucket) => bucket[kind] >= COUNTED_MAX)
    ? t('status.signIns.orMore', { value })
    : value
}

/** Both kinds, for a text that tells both. */
export function countTexts(buckets: readonly Bucket[]): { succeeded: string; failed: string } {
  return { succeeded: countText(buckets, 'succeeded'), failed: countText(buckets, 'failed') }
}

import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { backoff } from '@/retry/backoff'
import { Problem } from './problem'

// The key is the thrown error: components with the same query share one request, its error and its next retry.
const retryTimes = new WeakMap<Error, number>()

/**
 * Reads from the server and caches the answer under `key`. Temporary failures (no connection, 429, 502, 503, 504) are
 * retried with exponential backoff and jitter, and the previous answer stays available meanwhile. Other failures
 * (403, 404) are not retried.
 */
export function useApiQuery<T, K extends readonly unknown[]>(question: {
  key: MaybeRefOrGetter<K>
  ask: (key: K, signal: AbortSignal) => Promise<T>
  enabled?: MaybeRefOrGetter<boolean>
  /** A value from another answer in the cache, shown until this answer arrives. */
  seed?: () => T | undefined
  /** Whether the answer for the previous key is shown until the answer for the new key arrives. */
  keepPrevious?: boolean
  /** Interval in ms in which the request is repeated while the page is visible; false for never. */
  every?: MaybeRefOrGetter<number | false>
}) {
  const queries = useQueryClient()
  const queryKey = computed(() => toValue(question.key))

  const query = useQuery({
    queryKey,
    queryFn: ({ queryKey, signal }) => question.ask(queryKey as unknown as K, signal),
    enabled: computed(() => toValue(question.enabled ?? true)),
    refetchInterval: computed(() => toValue(question.every ?? false)),
    ...(question.keepPrevious && { placeholderData: keepPreviousData }),
    ...(question.seed && { placeholderData: question.seed as () => undefined }),
    retry: (_failures, thrown) => Problem.from(thrown).isTransient,
    retryDelay: (failures, thrown) => {
      const { isTransient, retryAfter } = Problem.from(thrown)
      const wait = backoff(failures, retryAfter)
      if (isTransient) retryTimes.set(thrown, Date.now() + wait)
      return wait
    },
  })

  const thrown = computed(() => query.failureReason.value ?? query.error.value)

  /** The failure of the last attempt, also while retries are still pending. */
  const problem = computed(() => thrown.value && Problem.from(thrown.value))
  const retryAt = computed(() => (thrown.value ? (retryTimes.get(thrown.value) ?? null) : null))

  /** Sends the request now, also during the wait before a retry. */
  async function refetch(): Promise<void> {
    // Without a cached answer, `query.refetch()` would join the pending retry instead of sending a request.
    await queries.cancelQueries({ queryKey: queryKey.value, exact: true })
    await query.refetch()
  }

  return {
    data: query.data,
    /** Whether `data` is a placeholder (the previous key's answer, or `seed`) because this answer is still pending. */
    isPlaceholder: query.isPlaceholderData,
    isFetching: query.isFetching,
    /** The time at which the answer arrived, in ms since the epoch; 0 before the first answer. */
    updatedAt: query.dataUpdatedAt,
    problem,
    /** The time of the next retry, in ms since the epoch; null if there is none. */
    retryAt,
    refetch: () => void refetch(),
  }
}

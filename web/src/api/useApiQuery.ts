import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'
import { backoff } from '@/retry/backoff'
import { Problem } from './problem'

// By what was thrown: of several that ask the same question, one asks, and all wait for its next try.
const retryTimes = new WeakMap<Error, number>()

/**
 * Something read from the server, kept under `key`. What fails for now (no connection, 503, 429) is asked for again,
 * ever later and with jitter; what was read before stays in sight meanwhile. A verdict (403, 404) is not asked for again.
 */
export function useApiQuery<T, K extends readonly unknown[]>(question: {
  key: MaybeRefOrGetter<K>
  ask: (key: K, signal: AbortSignal) => Promise<T>
  enabled?: MaybeRefOrGetter<boolean>
  /** What is known of it from elsewhere, to be shown until the answer comes. */
  seed?: () => T | undefined
  /** Show the answer to the question before until this one is answered. */
  keepPrevious?: boolean
  /** Ask again every so many ms, while somebody looks. */
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

  /** What stands in the way now: also while it is still being retried. */
  const problem = computed(() => thrown.value && Problem.from(thrown.value))
  const retryAt = computed(() => (thrown.value ? (retryTimes.get(thrown.value) ?? null) : null))

  /** Asks now, also in the middle of a wait for the next try. */
  async function refetch(): Promise<void> {
    // Without an answer to fall back on, a query that waits would go on waiting.
    await queries.cancelQueries({ queryKey: queryKey.value, exact: true })
    await query.refetch()
  }

  return {
    data: query.data,
    /** What is shown answers the question before; the answer to this one is on its way. */
    isPlaceholder: query.isPlaceholderData,
    isFetching: query.isFetching,
    /** When the answer came, in ms; 0 before there is one. */
    updatedAt: query.dataUpdatedAt,
    problem,
    /** The time of the next try, in ms; null if there will be none. */
    retryAt,
    refetch: () => void refetch(),
  }
}

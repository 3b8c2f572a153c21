import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, toValue, type MaybeRefOrGetter } from 'vue'
import { backoff } from '@/session/backoff'
import { Problem } from './problem'

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
  const retryAt = shallowRef<number | null>(null)

  const query = useQuery({
    queryKey: computed(() => toValue(question.key)),
    queryFn: ({ queryKey, signal }) => question.ask(queryKey as unknown as K, signal),
    enabled: computed(() => toValue(question.enabled ?? true)),
    refetchInterval: computed(() => toValue(question.every ?? false)),
    ...(question.keepPrevious && { placeholderData: keepPreviousData }),
    ...(question.seed && { placeholderData: question.seed as () => undefined }),
    retry: (_failures, thrown) => Problem.from(thrown).isTransient,
    retryDelay: (failures, thrown) => {
      const wait = backoff(failures, Problem.from(thrown).retryAfter)
      retryAt.value = Date.now() + wait
      return wait
    },
  })

  /** What stands in the way now: also while it is still being retried. */
  const problem = computed(() => {
    const thrown = query.error.value ?? query.failureReason.value
    return thrown ? Problem.from(thrown) : null
  })

  return {
    data: query.data,
    /** What is shown answers the question before; the answer to this one is on its way. */
    isTurning: query.isPlaceholderData,
    isFetching: query.isFetching,
    /** When the answer came, in ms; 0 before there is one. */
    updatedAt: query.dataUpdatedAt,
    problem,
    /** The time of the next try, in ms. */
    retryAt,
    refetch: () => void query.refetch(),
  }
}

import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { Problem } from '@/api/problem'
import { listUsers } from '@/api/users'
import { backoff } from '@/session/backoff'

export const PAGE_SIZE = 20

/** One page of the users, as the address names it: `?q=` and `?cursor=`. */
export function useUsersList() {
  const route = useRoute()
  const router = useRouter()

  const q = computed(() => text(route.query.q))
  const cursor = computed(() => text(route.query.cursor))
  const retryAt = shallowRef<number | null>(null)

  const query = useQuery({
    queryKey: computed(() => ['users', q.value, cursor.value] as const),
    queryFn: ({ queryKey: [, q, cursor], signal }) => listUsers({ size: PAGE_SIZE, q, cursor }, signal),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    // The browser's idea of being online is often wrong: ask the server.
    networkMode: 'always',
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

  /** Typing is no history; paging is. */
  function search(words: string): void {
    const { name } = route
    if (name !== 'users' || words === q.value) return
    void router.replace({ name, query: words ? { q: words } : {} })
  }

  function turnTo(cursor: string | null): void {
    const words = q.value ? { q: q.value } : {}
    void router.push({ name: 'users', query: cursor ? { ...words, cursor } : words })
  }

  return {
    q,
    cursor,
    page: query.data,
    /** The page shown is the one before; the one asked for is on its way. */
    isTurning: query.isPlaceholderData,
    problem,
    retryAt,
    search,
    turnTo,
    retry: () => void query.refetch(),
  }
}

/** Of a parameter given twice, the first. */
function text(parameter: unknown): string {
  const first: unknown = Array.isArray(parameter) ? parameter[0] : parameter
  return typeof first === 'string' ? first : ''
}

import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApiQuery } from '@/api/useApiQuery'
import { listUsers } from '@/api/users'
import { readUsersQuery, toUserSearch, writeUsersQuery, type UsersQuery } from './usersQuery'

/** One page of users, as the address describes it. */
export function useUsersList() {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()

  // While the reader leaves, the address already belongs to another page: keep showing what was shown.
  let before = readUsersQuery(route.query)
  const shown = computed(
    () => (before = route.name === 'users' ? readUsersQuery(route.query) : before),
  )

  const { data, refetch, ...state } = useApiQuery({
    key: () => ['users', 'list', shown.value] as const,
    ask: ([, , query], signal) => listUsers(toUserSearch(query), signal),
    keepPrevious: true,
  })

  /**
   * Typing replaces the entry of the browser's history; choosing and paging add one. Every change except a change of the
   * cursor returns to the first page.
   */
  function show(change: Partial<UsersQuery>): void {
    if (route.name !== 'users') return
    const query = { ...shown.value, cursor: '', ...change }
    if (isSame(query, shown.value)) return
    const isTyping =
      change.q !== undefined && isSame(query, { ...shown.value, q: query.q, cursor: '' })
    void router[isTyping ? 'replace' : 'push']({ name: 'users', query: writeUsersQuery(query) })
  }

  /** Prefetches a page. */
  function foresee(cursor: string): void {
    const query = { ...shown.value, cursor }
    void queries.prefetchQuery({
      queryKey: ['users', 'list', query],
      queryFn: ({ signal }) => listUsers(toUserSearch(query), signal),
    })
  }

  return { shown, page: data, ...state, show, retry: refetch, foresee }
}

function isSame(one: UsersQuery, other: UsersQuery): boolean {
  return (Object.keys(one) as (keyof UsersQuery)[]).every((key) => one[key] === other[key])
}

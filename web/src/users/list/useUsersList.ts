import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApiQuery } from '@/api/useApiQuery'
import { listUsers } from '@/api/users'
import { readUsersQuery, toUserSearch, writeUsersQuery, type UsersQuery } from './usersQuery'

/** One page of the users, as the address names it. */
export function useUsersList() {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()

  // The address of another page says nothing about this list: what was shown stays while that page comes.
  let before = readUsersQuery(route.query)
  const shown = computed(
    () => (before = route.name === 'users' ? readUsersQuery(route.query) : before),
  )

  const { data, refetch, ...state } = useApiQuery({
    key: () => ['users', 'list', shown.value] as const,
    ask: ([, , query], signal) => listUsers(toUserSearch(query), signal),
    keepPrevious: true,
  })

  /** Typing is no history; choosing and paging are. What changes the list begins at its first page. */
  function show(change: Partial<UsersQuery>): void {
    if (route.name !== 'users') return
    const query = { ...shown.value, cursor: '', ...change }
    if (isSame(query, shown.value)) return
    const isTyping =
      change.q !== undefined && isSame(query, { ...shown.value, q: query.q, cursor: '' })
    void router[isTyping ? 'replace' : 'push']({ name: 'users', query: writeUsersQuery(query) })
  }

  /** Reads a page before it is asked for. */
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

import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { useApiQuery } from '@/api/useApiQuery'
import { listUsers } from '@/api/users'
import { readUsersQuery, writeUsersQuery, type UsersQuery } from './usersQuery'

/** One page of the users, as the address names it. */
export function useUsersList() {
  const route = useRoute()
  const router = useRouter()

  // The address of another page says nothing about this list: what was shown stays while that page comes.
  let before = readUsersQuery(route.query)
  const shown = computed(() => (before = route.name === 'users' ? readUsersQuery(route.query) : before))

  const { data, refetch, ...state } = useApiQuery({
    key: () => ['users', 'list', shown.value] as const,
    ask: ([, , { active, ...rest }], signal) => listUsers({ ...rest, ...(active && { active: active === 'true' }) }, signal),
    keepPrevious: true,
  })

  /** Typing is no history; choosing and paging are. What changes the list begins at its first page. */
  function show(change: Partial<UsersQuery>): void {
    if (route.name !== 'users') return
    const query = { ...shown.value, cursor: '', ...change }
    if (isSame(query, shown.value)) return
    void router[isSame({ ...query, q: '', cursor: '' }, { ...shown.value, q: '', cursor: '' }) && change.q !== undefined ? 'replace' : 'push']({
      name: 'users',
      query: writeUsersQuery(query),
    })
  }

  return { shown, page: data, ...state, show, retry: refetch }
}

function isSame(one: UsersQuery, other: UsersQuery): boolean {
  return (Object.keys(one) as (keyof UsersQuery)[]).every((key) => one[key] === other[key])
}

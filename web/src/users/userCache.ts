import { useQueryClient } from '@tanstack/vue-query'
import type { User, UserPage } from '@/api/types'

/** Puts what the server answered to a change wherever the user is shown, and has the lists read anew. */
export function useUserCache() {
  const queries = useQueryClient()

  /** A user that some list has shown. */
  function find(id: string): User | undefined {
    const pages = queries.getQueriesData<UserPage>({ queryKey: ['users', 'list'] })
    return pages.flatMap(([, page]) => page?.items ?? []).find((user) => user.id === id)
  }

  /** What the server answered, wherever it is shown. */
  function show(users: User[]): void {
    const byId = new Map(users.map((user) => [user.id, user]))
    for (const user of users) queries.setQueryData(['user', user.id], user)
    queries.setQueriesData<UserPage>({ queryKey: ['users', 'list'] }, (page) =>
      page ? { ...page, items: page.items.map((user) => byId.get(user.id) ?? user) } : page,
    )
  }

  /** As `show`, and the lists are read anew: it may no longer belong where it stood. */
  function put(user: User): void {
    show([user])
    refresh()
  }

  function refresh(): void {
    void queries.invalidateQueries({ queryKey: ['users'] })
  }

  return { find, show, put, refresh }
}

import { useQueryClient } from '@tanstack/vue-query'
import type { User, UserPage } from '@/api/types'
import { useSessionStore } from '@/auth/sessionStore'
import { ME } from '@/auth/useMe'

/** Puts what the server answered to a change wherever the user is shown, and has the lists read anew. */
export function useUserCache() {
  const queries = useQueryClient()
  const session = useSessionStore()

  /** A user that some list has shown. */
  function find(id: string): User | undefined {
    const pages = queries.getQueriesData<UserPage>({ queryKey: ['users', 'list'] })
    return pages.flatMap(([, page]) => page?.items ?? []).find((user) => user.id === id)
  }

  /** What the server answered, wherever it is shown. */
  function show(users: User[]): void {
    const byId = new Map(users.map((user) => [user.id, user]))
    for (const user of users) {
      // What was asked for before the change must not be believed after it.
      void queries.cancelQueries({ queryKey: ['user', user.id], exact: true })
      queries.setQueryData(['user', user.id], user)
      if (user.id === session.user?.id) showSelf(user)
    }
    queries.setQueriesData<UserPage>({ queryKey: ['users', 'list'] }, (page) =>
      page ? { ...page, items: page.items.map((user) => byId.get(user.id) ?? user) } : page,
    )
  }

  /** In the menu, at once; what one may do is asked for anew. */
  function showSelf(self: User): void {
    session.changeUser(self)
    void queries.invalidateQueries({ queryKey: ME, exact: true })
  }

  /** As `show`, and the lists are read anew: it may no longer belong where it stood. */
  function put(user: User): void {
    show([user])
    refresh()
  }

  /** A change that was answered with something else than the user: whoever shows them asks anew. */
  function expire(id: string): void {
    void queries.invalidateQueries({ queryKey: ['user', id], exact: true })
    refresh()
  }

  /** The lists, and the audit log, which tells of every change. */
  function refresh(): void {
    // A first answer that is on its way would be waited for, old as it is.
    void queries.cancelQueries({ queryKey: ['users'] })
    for (const key of ['users', 'audit']) void queries.invalidateQueries({ queryKey: [key] })
  }

  return { find, show, put, expire, refresh }
}

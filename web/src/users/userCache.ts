import { useQueryClient } from '@tanstack/vue-query'
import type { User, UserPage } from '@/api/types'
import { useSessionStore } from '@/auth/sessionStore'
import { ME } from '@/auth/useMe'

/** Writes the server's answer to a change into every cached query that shows the user, and invalidates the lists. */
export function useUserCache() {
  const queries = useQueryClient()
  const session = useSessionStore()

  /** Finds a user in the cached lists. */
  function find(id: string): User | undefined {
    const pages = queries.getQueriesData<UserPage>({ queryKey: ['users', 'list'] })
    return pages.flatMap(([, page]) => page?.items ?? []).find((user) => user.id === id)
  }

  /** Writes the users into all cached queries that show them. */
  function show(users: User[]): void {
    const byId = new Map(users.map((user) => [user.id, user]))
    for (const user of users) {
      // The answer to a request from before the change would overwrite it.
      void queries.cancelQueries({ queryKey: ['user', user.id], exact: true })
      queries.setQueryData(['user', user.id], user)
      if (user.id === session.user?.id) showSelf(user)
    }
    queries.setQueriesData<UserPage>({ queryKey: ['users', 'list'] }, (page) =>
      page ? { ...page, items: page.items.map((user) => byId.get(user.id) ?? user) } : page,
    )
  }

  /** Updates the session's user and invalidates the permissions. */
  function showSelf(self: User): void {
    session.changeUser(self)
    void queries.invalidateQueries({ queryKey: ME, exact: true })
  }

  /** Does the same as `show` and invalidates the lists, in which the user's position may have changed. */
  function put(user: User): void {
    show([user])
    refresh()
  }

  /** Invalidates all queries that show the user, after a change whose answer does not contain the user. */
  function expire(id: string): void {
    void queries.invalidateQueries({ queryKey: ['user', id], exact: true })
    refresh()
  }

  /** Invalidates the lists of users and the audit log. */
  function refresh(): void {
    // Without this, a pending first request would not be repeated, and its outdated answer would be shown.
    void queries.cancelQueries({ queryKey: ['users'] })
    for (const key of ['users', 'audit']) void queries.invalidateQueries({ queryKey: [key] })
  }

  return { find, show, put, expire, refresh }
}

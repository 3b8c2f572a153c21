import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import type { User } from '@/api/types'
import { signedIn, startApiServer, user, type Answered } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const USER = `GET /api/users/${user.id}`
const person = { ...user, id: '0192f0c0-0000-7000-8000-000000000002', name: 'Ben' }
const newer: User = { ...user, name: 'Ada Lovelace', version: 2 }

async function openCache() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  server.on('GET /api/me', () => ({ status: 200, body: { ...user, permissions: ['audit:read'] } }))
  server.on('GET /api/audit', {
    status: 200,
    body: { items: [], page: { size: 10, next: null, prev: null } },
  })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useUserCache } = await import('./userCache')
  const { useApiQuery } = await import('@/api/useApiQuery')
  const { showUser } = await import('@/api/user')
  const { listUsers } = await import('@/api/users')
  const { listAuditEvents } = await import('@/api/audit')
  const { useMe } = await import('@/auth/useMe')
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } })
  const inApp = <T>(setup: () => T) =>
    runInApp(setup, (app) => VueQueryPlugin.install(app, { queryClient: client }))
  return {
    server,
    session,
    cache: inApp(useUserCache),
    openUser: (id: string) =>
      inApp(() =>
        useApiQuery({ key: ['user', id] as const, ask: (_key, signal) => showUser(id, signal) }),
      ),
    openList: () =>
      inApp(() =>
        useApiQuery({
          key: ['users', 'list', {}] as const,
          ask: (_key, signal) => listUsers({}, signal),
        }),
      ),
    openRecent: (id: string) =>
      inApp(() =>
        useApiQuery({
          key: ['audit', 'recent', id] as const,
          ask: () => listAuditEvents({ userId: id }),
        }),
      ),
    openMe: () => inApp(useMe),
  }
}

/** A handler whose answer is sent when `letGo` is called. */
function late(answered: Answered) {
  let letGo = (): void => undefined
  const held = new Promise<Answered>((resolve) => (letGo = () => resolve(answered)))
  return { handler: () => held, letGo }
}

describe('the answer to a change of a user', () => {
  it('is not overwritten by the answer to an earlier request', async () => {
    const { server, cache, openUser } = await openCache()
    const old = late({ status: 200, body: user })
    server.on(USER, old.handler)
    const { data, isFetching } = openUser(user.id)
    await eventually(() => expect(server.count(USER)).toBe(1))

    cache.put(newer)
    old.letGo()

    await eventually(() => expect(isFetching.value).toBe(false))
    expect([data.value?.name, data.value?.version]).toEqual(['Ada Lovelace', 2])
  })

  it('reloads a list whose first request is still pending', async () => {
    const { server, cache, openList } = await openCache()
    const page = { size: 20, next: null, prev: null }
    const old = late({ status: 200, body: { items: [user], page } })
    server.on('GET /api/users', old.handler)
    const { data } = openList()
    await eventually(() => expect(server.count('GET /api/users')).toBe(1))

    server.on('GET /api/users', { status: 200, body: { items: [newer], page } })
    cache.put(newer)
    old.letGo()

    await eventually(() => expect(data.value?.items[0]?.name).toBe('Ada Lovelace'))
    expect(server.count('GET /api/users')).toBe(2)
  })

  it('reloads the recent events of the user', async () => {
    const { server, cache, openRecent } = await openCache()
    const { data } = openRecent(person.id)
    await eventually(() => expect(data.value).toBeDefined())

    cache.put({ ...person, isActive: false })
    await eventually(() => expect(server.count('GET /api/audit')).toBe(2))
  })

  it('about the current user updates the session and reloads the permissions', async () => {
    const { server, session, cache, openMe } = await openCache()
    const { me } = openMe()
    await eventually(() => expect(me.value?.permissions).toEqual(['audit:read']))
    server.on('GET /api/me', { status: 200, body: { ...newer, permissions: [] } })

    cache.put(newer)
    expect(session.user?.name).toBe('Ada Lovelace')
    await eventually(() =>
      expect([me.value?.name, me.value?.permissions]).toEqual(['Ada Lovelace', []]),
    )
  })

  it('about another user does not change the session or reload the permissions', async () => {
    const { server, session, cache, openMe } = await openCache()
    const { me } = openMe()
    await eventually(() => expect(me.value).toBeDefined())

    cache.put(person)
    expect(session.user?.name).toBe('Ada')
    expect(server.count('GET /api/me')).toBe(1)
  })
})

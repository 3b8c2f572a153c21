import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const USER = `GET /api/users/${user.id}`
/** Longer than any test, so that a repeated request is the one that the test made and not an automatic retry. */
const LATER = { 'retry-after': '600' }

async function openQueries() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useApiQuery } = await import('./useApiQuery')
  const { showUser } = await import('./user')
  const client = new QueryClient()
  const question = {
    key: ['user', user.id] as const,
    ask: (_key: unknown, signal: AbortSignal) => showUser(user.id, signal),
  }
  const inApp = <T>(setup: () => T) =>
    runInApp(setup, (app) => VueQueryPlugin.install(app, { queryClient: client }))
  const ask = () => useApiQuery(question)
  return {
    server,
    openUser: () => inApp(ask),
    openUserTwice: () => inApp(() => [ask(), ask()] as const),
  }
}

describe('refetch', () => {
  it('sends the request at once, also during the wait before the next retry', async () => {
    const { server, openUser } = await openQueries()
    server.on(USER, problem(503, 'unavailable', LATER))
    const { data, problem: met, refetch } = openUser()
    await eventually(() => expect(met.value?.status).toBe(503))

    server.on(USER, { status: 200, body: user })
    refetch()

    await eventually(() => expect(data.value?.id).toBe(user.id))
    expect([met.value, server.count(USER)]).toEqual([null, 2])
  })

  it('returns to waiting if the server is still unavailable', async () => {
    const { server, openUser } = await openQueries()
    server.on(USER, problem(503, 'unavailable', LATER))
    const { problem: met, retryAt, refetch } = openUser()
    await eventually(() => expect(met.value?.status).toBe(503))

    refetch()
    await eventually(() => expect(server.count(USER)).toBe(2))
    await eventually(() => expect(met.value?.status).toBe(503))
    expect(retryAt.value).toBeGreaterThan(Date.now() + 590_000)
  })
})

describe('the time of the next retry', () => {
  it('is the same for all components with the same query', async () => {
    const { server, openUserTwice } = await openQueries()
    server.on(USER, problem(503, 'unavailable', LATER))
    const [one, other] = openUserTwice()

    await eventually(() =>
      expect([one.problem.value?.status, other.problem.value?.status]).toEqual([503, 503]),
    )
    expect(one.retryAt.value).toBeGreaterThan(Date.now())
    expect(other.retryAt.value).toBe(one.retryAt.value)
  })

  it('is null after a failure that is not temporary', async () => {
    const { server, openUser } = await openQueries()
    server.on(USER, problem(403, 'forbidden'))
    const { problem: met, retryAt } = openUser()

    await eventually(() => expect(met.value?.status).toBe(403))
    expect(retryAt.value).toBeNull()
  })
})

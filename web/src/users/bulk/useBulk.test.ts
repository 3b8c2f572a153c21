import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import type { User } from '@/api/types'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const BULK = 'PATCH /api/users'

const people = (count: number): User[] =>
  Array.from({ length: count }, (_, number) => ({ ...user, id: `u-${number}` }))

async function openBulk() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  server.on(BULK, ({ body }) => {
    const { ids } = JSON.parse(body) as { ids: string[] }
    return {
      status: 200,
      body: { results: ids.map((id) => ({ id, outcome: 'changed', user: { ...user, id } })) },
    }
  })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useBulk, tally } = await import('./useBulk')
  const bulk = runInApp(useBulk, (app) =>
    VueQueryPlugin.install(app, { queryClient: new QueryClient() }),
  )
  return { server, bulk, tally }
}

describe('a bulk change', () => {
  it('is sent in chunks of 25 users and reaches each user once', async () => {
    const { server, bulk, tally } = await openBulk()

    const done = await bulk.start(people(60), { isActive: false })

    const asked = server.asked
      .filter(({ call }) => call === BULK)
      .map(({ body }) => JSON.parse(body) as { ids: string[] })
    expect(asked.map(({ ids }) => ids.length)).toEqual([25, 25, 10])
    expect(new Set(asked.flatMap(({ ids }) => ids)).size).toBe(60)
    expect(tally(done.results)).toEqual({ changed: 60 })
  })

  it('continues with the same chunk after a 503', async () => {
    const { server, bulk } = await openBulk()
    const answer = server.handlerOf(BULK)
    let first = true
    server.on(BULK, (asked) => {
      if (!first) return answer(asked)
      first = false
      return problem(503, 'unavailable')
    })

    const running = bulk.start(people(30), { isActive: false })
    await eventually(() => expect(bulk.run.value?.problem?.status).toBe(503))
    const done = await running

    expect(done.results).toHaveLength(30)
    expect(done.problem).toBeNull()
  })

  it('ends when the server refuses it, and when it is stopped', async () => {
    const { server, bulk } = await openBulk()
    const answer = server.handlerOf(BULK)
    server.on(BULK, (asked) => {
      bulk.stop()
      return answer(asked)
    })
    expect((await bulk.start(people(60), { isActive: false })).results).toHaveLength(25)

    server.on(BULK, problem(403, 'forbidden'))
    const refused = await bulk.start(people(60), { isActive: false })
    expect([refused.results.length, refused.problem?.status, bulk.isRunning.value]).toEqual([
      0,
      403,
      false,
    ])
  })

  it('can be stopped during the wait for a retry, and keeps the problem', async () => {
    const { server, bulk } = await openBulk()
    server.on(BULK, problem(503, 'unavailable', { 'retry-after': '600' }))

    const running = bulk.start(people(30), { isActive: false })
    await eventually(() => expect(bulk.run.value?.problem?.status).toBe(503))
    bulk.stop()

    const done = await running
    expect([done.results.length, done.problem?.status, bulk.isRunning.value]).toEqual([
      0,
      503,
      false,
    ])
  })

  it('starts after the previous bulk change has ended', async () => {
    const { server, bulk } = await openBulk()

    const all = await Promise.all([
      bulk.start(people(30), { isActive: false }),
      bulk.start(people(30), { isActive: true }),
    ])

    const asked = server.asked
      .filter(({ call }) => call === BULK)
      .map(({ body }) => JSON.parse(body) as { changes: { isActive: boolean } })
    expect(asked.map(({ changes }) => changes.isActive)).toEqual([false, false, true, true])
    expect(all.map(({ results }) => results.length)).toEqual([30, 30])
  })
})

import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { beforeAll, describe, expect, it } from 'vitest'
import { formatBytes, formatDuration } from '@/format/amount'
import { barsOf, HEIGHT } from './bars'
import { countText } from './signInCounts'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { mountPages } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./StatusView.vue'))

const bucket = (succeeded: number, failed: number) => ({
  at: '2026-11-23T12:00:00Z',
  succeeded,
  failed,
})

describe('the chart of sign-ins', () => {
  it('draws successful and failed sign-ins from one line, on the same scale', () => {
    const { axis, bars } = barsOf([bucket(30, 10), bucket(15, 0)])
    expect(axis).toBe(75)
    expect(bars).toEqual([
      { up: 75, down: 25 },
      { up: 37.5, down: 0 },
    ])
  })

  it('stays within its height, shows one sign-in beside many, and does not exaggerate a single one', () => {
    for (const buckets of [
      [bucket(0, 0)],
      [bucket(1, 0)],
      [bucket(0, 1)],
      [bucket(20_000, 1), bucket(1, 20_000)],
    ]) {
      const { axis, bars } = barsOf(buckets)
      for (const { up, down } of bars) {
        expect(axis - up).toBeGreaterThanOrEqual(0)
        expect(axis + down).toBeLessThanOrEqual(HEIGHT)
      }
    }
    expect(barsOf([bucket(20_000, 0), bucket(1, 0)]).bars[1]?.up).toBeGreaterThan(1)
    expect(barsOf([bucket(1, 0)]).bars[0]?.up).toBeLessThan(HEIGHT / 2)
  })
})

describe('a number of sign-ins', () => {
  it('is shown as a lower bound if the server has capped a bucket', () => {
    expect(countText([bucket(19_999, 2), bucket(1, 0)], 'succeeded')).toBe('20,000')
    expect(countText([bucket(20_000, 2), bucket(7, 0)], 'succeeded')).toBe('20,007 or more')
    expect(countText([bucket(20_000, 2), bucket(7, 0)], 'failed')).toBe('2')
  })
})

describe('amounts', () => {
  it('are shown in readable units', () => {
    expect([0, 999, 7_708_672, 25_276_502_016].map(formatBytes)).toEqual([
      '0 byte',
      '999 byte',
      '7.71 MB',
      '25.3 GB',
    ])
    expect([5, 75, 15_120, 273_600].map(formatDuration)).toEqual([
      '5 s',
      '1 min 15 s',
      '4 h 12 min',
      '3 d 4 h',
    ])
  })
})

const HEALTH = 'GET /api/health'
const body = (status: string) => ({
  status,
  timestamp: '2026-11-23T12:00:00Z',
  version: '0.1.0',
  environment: 'development',
  uptime: 1,
  services: {
    database: status === 'unhealthy' ? 'disconnected' : 'connected',
    memory: { used: 1, total: 2 },
  },
  schema: { current: 1, expected: 1 },
})

async function openStatus() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('a1'))
  server.on('GET /api/system', problem(403, 'forbidden'))
  server.on(HEALTH, { status: 200, body: body('healthy') })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useStatus } = await import('./useStatus')
  const status = runInApp(useStatus, (app) =>
    VueQueryPlugin.install(app, { queryClient: new QueryClient() }),
  )
  await eventually(() => expect(status.condition.value).toBe('healthy'))
  return { server, status }
}

describe('the condition of the system', () => {
  it.each([
    [200, 'degraded'],
    [503, 'unhealthy'],
  ])('after a %i response with the status %s is that status', async (code, said) => {
    const { server, status } = await openStatus()
    server.on(HEALTH, { status: code, body: body(said) })
    status.refetch()
    await eventually(() => expect(status.condition.value).toBe(said))
    expect(status.health.data.value?.services.memory.total).toBe(2)
  })

  it.each([
    [0, undefined],
    [502, undefined],
    [503, { code: 'unavailable' }],
  ])(
    'without a response of Hallpass (%i) is "away", and the last answer stays',
    async (code, said) => {
      const { server, status } = await openStatus()
      server.on(HEALTH, { status: code, body: said })
      status.refetch()
      await eventually(() => expect(status.condition.value).toBe('away'))
      expect(status.health.data.value?.version).toBe('0.1.0')
    },
  )
})

describe('the status page', () => {
  it('shows skeletons until the numbers arrive, and removes those of requests that fail', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', signedIn('a1'))
    server.on('GET /api/me', {
      status: 200,
      body: { ...user, permissions: ['system:operate', 'audit:read'] },
    })
    const arrive: (() => void)[] = []
    const late = (answered: { status: number; body?: unknown }) => () =>
      new Promise<typeof answered>((resolve) => arrive.push(() => resolve(answered)))
    server.on(HEALTH, late({ status: 200, body: body('healthy') }))
    server.on('GET /api/system', late(problem(500, 'internal_error')))
    server.on(
      'GET /api/audit/sign-ins',
      late({
        status: 200,
        body: {
          from: '2026-11-23T12:00:00Z',
          to: '2026-11-23T12:15:00Z',
          bucketSeconds: 900,
          buckets: [bucket(20_000, 1)],
        },
      }),
    )
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    const { default: StatusView } = await import('./StatusView.vue')
    const { place } = await mountPages('/status', [
      { path: '/status', name: 'status', component: StatusView },
    ])

    const titles = () => [...place.querySelectorAll('h2')].map(({ textContent }) => textContent)
    await eventually(() => expect(arrive.length).toBe(3))
    expect(titles()).toEqual(['Loading…', 'Connections', 'Sign-ins', 'Version', 'Database'])
    expect(place.querySelectorAll('.breathes').length).toBeGreaterThan(10)

    for (const now of arrive) now()
    await eventually(() =>
      expect(titles()).toEqual(['All systems operational', 'Sign-ins', 'Version', 'Database']),
    )
    expect(place.querySelectorAll('.breathes').length).toBe(0)
    expect(place.textContent).toContain('20,000 or more successful, 1 failed')
  })

  it.each([
    [[], 'hallpass_app has only the privileges that Hallpass needs.'],
    [
      ['create tables', 'delete users'],
      'hallpass_app has more privileges than Hallpass needs: create tables, delete users. Run: hallpass doctor',
    ],
  ])('names the database role and its excess privileges: %j', async (excessPrivileges, said) => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', signedIn('a1'))
    server.on('GET /api/me', { status: 200, body: { ...user, permissions: ['system:operate'] } })
    server.on(HEALTH, { status: 200, body: body('healthy') })
    const database = {
      version: '18.0',
      sizeBytes: 1,
      connections: { used: 1, limit: 100 },
      pooler: 'none',
      role: 'hallpass_app',
      excessPrivileges,
    }
    const counted = { total: 1, live: 1, relation: 'exact' }
    const schema = { current: 1, expected: 1, status: 'current' }
    const system = {
      version: '0.1.0',
      environment: 'test',
      region: null,
      uptime: 1,
      memory: { used: 1, total: 2 },
      schema,
      database,
    }
    server.on('GET /api/system', {
      status: 200,
      body: {
        ...system,
        users: counted,
        sessions: counted,
        alerts: { isConfigured: false, failure: null },
      },
    })
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    const { default: StatusView } = await import('./StatusView.vue')
    const { place } = await mountPages('/status', [
      { path: '/status', name: 'status', component: StatusView },
    ])
    await eventually(() => expect(place.textContent).toContain(said))
  })
})

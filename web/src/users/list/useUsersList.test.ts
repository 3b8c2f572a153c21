import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const USERS = 'GET /api/users'

async function openList(path: string) {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  server.on(USERS, ({ query }) => {
    const cursor = new URLSearchParams(query).get('cursor')
    const page = { size: 20, next: cursor ? null : 'c2', prev: cursor ? 'c1' : null }
    return { status: 200, body: { items: [{ ...user, name: query }], page } }
  })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })

  const view = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/users', name: 'users', component: view }],
  })
  await router.push(path)
  const { useUsersList } = await import('./useUsersList')
  const list = runInApp(useUsersList, router, (app) =>
    VueQueryPlugin.install(app, { queryClient: new QueryClient() }),
  )
  return { server, router, list, session }
}

const asked = (query: string) => Object.fromEntries(new URLSearchParams(query))

describe('the list of users', () => {
  it('requests the page that the address describes', async () => {
    const { list } = await openList('/users?q=ada%26co&cursor=c2')

    await eventually(() =>
      expect(asked(list.page.value?.items[0]?.name ?? '')).toEqual({
        size: '20',
        sort: '-createdAt',
        q: 'ada&co',
        cursor: 'c2',
      }),
    )
  })

  it('writes a search to the address, returns to its first page, and pages within it', async () => {
    const { router, list } = await openList('/users?q=ad&cursor=c2')

    list.show({ q: 'ada' })
    await eventually(() => expect(router.currentRoute.value.query).toEqual({ q: 'ada' }))
    list.show({ cursor: 'c2' })
    await eventually(() =>
      expect(router.currentRoute.value.query).toEqual({ q: 'ada', cursor: 'c2' }),
    )
    await eventually(() => expect(list.page.value?.page.prev).toBe('c1'))
    list.show({ q: '' })
    await eventually(() => expect(router.currentRoute.value.query).toEqual({}))
  })

  it('shows a 503 at once, keeps the session, and recovers by itself', async () => {
    const { server, list, session } = await openList('/users')
    await eventually(() => expect(list.page.value).toBeDefined())
    server.on(USERS, problem(503, 'unavailable'))

    list.show({ q: 'ada' })
    await eventually(() => expect(list.problem.value?.status).toBe(503))
    expect(list.retryAt.value).toBeGreaterThan(Date.now())
    expect(session.user?.id).toBe(user.id)

    server.on(USERS, {
      status: 200,
      body: { items: [], page: { size: 20, next: null, prev: null } },
    })
    await eventually(() => expect(list.problem.value).toBeNull())
    expect(list.page.value?.items).toEqual([])
  })

  it('does not retry a 403', async () => {
    const { server, list } = await openList('/users')
    await eventually(() => expect(list.page.value).toBeDefined())
    server.on(USERS, problem(403, 'forbidden'))
    const before = server.count(USERS)

    list.show({ q: 'ada' })
    await eventually(() => expect(list.problem.value?.status).toBe(403))
    await new Promise((resolve) => setTimeout(resolve, 1_200))

    expect(server.count(USERS)).toBe(before + 1)
  })
})

import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'

const view = { render: () => null }

async function openAt(path: string, cookieIsGood: boolean) {
  const { server, origin } = await startApiServer()
  server.on(
    'POST /api/refresh',
    cookieIsGood ? signedIn('first') : problem(401, 'invalid_refresh_token'),
  )
  server.on('POST /api/login', signedIn('first'))
  server.on('POST /api/logout', { status: 204 })
  const { session } = await openTab(origin)
  const { guardSession } = await import('./sessionGuard')
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      {
        path: '/sign-in',
        name: 'sign-in',
        component: view,
        meta: { public: true, title: 'page.signIn' },
      },
      {
        path: '/welcome',
        name: 'welcome',
        component: view,
        meta: { public: true, title: 'page.setupLink' },
      },
      { path: '/', name: 'home', component: view, meta: { title: 'page.console' } },
      { path: '/account', name: 'account', component: view, meta: { title: 'page.account' } },
      { path: '/users', name: 'users', component: view, meta: { title: 'page.users' } },
      {
        path: '/audit',
        name: 'audit',
        component: () => Promise.reject(new TypeError('the file did not come')),
        meta: { title: 'page.audit' },
      },
    ],
  })
  guardSession(router)
  await router.push(path)
  const here = () => router.currentRoute.value.fullPath
  return {
    server,
    session,
    router,
    here,
    signIn: () => session.signIn({ email: user.email, password: 'correct horse battery' }),
  }
}

describe('the session guard', () => {
  it('opens a page and sets its title if there is a session', async () => {
    const { here } = await openAt('/users?q=ada', true)
    expect(here()).toBe('/users?q=ada')
    expect(document.title).toBe('Users · Hallpass')
  })

  it('isolates user-supplied text in the title of the page', async () => {
    await openAt('/users', true)
    const { pageName } = await import('./pageTitle')

    pageName.value = 'שלום'
    await eventually(() => expect(document.title).toBe('\u2068שלום\u2069 · Hallpass'))
  })

  it('returns to the account page, where /.well-known/change-password redirects, after the sign-in', async () => {
    const { here, signIn } = await openAt('/account', false)
    expect(here()).toBe('/sign-in?next=/account')

    await signIn()
    await eventually(() => expect(here()).toBe('/account'))
  })

  it('redirects to the sign-in, and back to the requested page after it', async () => {
    const { here, signIn } = await openAt('/users?q=ada', false)
    expect(here()).toBe('/sign-in?next=/users?q=ada')

    await signIn()
    await eventually(() => expect(here()).toBe('/users?q=ada'))
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'evil'])(
    'does not redirect to another origin after the sign-in: %s',
    async (next) => {
      const { here, signIn } = await openAt(`/sign-in?next=${encodeURIComponent(next)}`, false)

      await signIn()
      await eventually(() => expect(here()).toBe('/'))
    },
  )

  it('redirects to the sign-in when the session ends', async () => {
    const { here, session } = await openAt('/users', true)

    await session.signOut()
    await eventually(() => expect(here()).toBe('/sign-in'))
  })

  it('opens a one-time link with or without a session, and requests only the session', async () => {
    const { here, server, session } = await openAt('/welcome', true)
    expect(here()).toBe('/welcome')
    expect(session.user?.email).toBe(user.email)
    expect(server.asked.map(({ call }) => call)).toEqual(['POST /api/refresh'])

    const signedOut = await openAt('/welcome', false)
    expect(signedOut.here()).toBe('/welcome')
  })
})

describe('a page whose files cannot be loaded', () => {
  it.each([
    [0, 'no_answer'],
    [503, 'http_503'],
  ])(
    'is retried while the server is unreachable (%i), and the previous page stays',
    async (status, code) => {
      const { server, router, here } = await openAt('/users', true)
      const { lostPage, fetchNow } = await import('./lostPage')
      server.on('GET /audit', { status })

      await expect(router.push('/audit')).rejects.toThrow('did not come')
      await eventually(() => expect(lostPage.value?.problem.code).toBe(code))
      expect(lostPage.value?.retryAt).toBeGreaterThan(Date.now())
      expect(here()).toBe('/users')

      const tries = server.count('GET /audit')
      fetchNow()
      await eventually(() => expect(server.count('GET /audit')).toBe(tries + 1))
      await eventually(() => expect(lostPage.value).not.toBeNull())
      await router.push('/')
      expect(lostPage.value).toBeNull()
    },
  )
})

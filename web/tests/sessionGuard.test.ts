import { describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import { problem, signedIn, startApiServer, user } from './apiServer'
import { eventually, openTab } from './openTab'

const view = { render: () => null }

async function openAt(path: string, cookieIsGood: boolean) {
  const { server, origin } = await startApiServer()
  server.on('POST /api/refresh', cookieIsGood ? signedIn('first') : problem(401, 'invalid_refresh_token'))
  server.on('POST /api/login', signedIn('first'))
  server.on('POST /api/logout', { status: 204 })
  const { session } = await openTab(origin)
  const { guardSession } = await import('@/router/sessionGuard')
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/sign-in', name: 'sign-in', component: view, meta: { public: true, title: 'page.signIn' } },
      { path: '/welcome', name: 'welcome', component: view, meta: { public: true, title: 'page.welcome' } },
      { path: '/', name: 'home', component: view, meta: { title: 'page.console' } },
      { path: '/users', name: 'users', component: view, meta: { title: 'page.users' } },
    ],
  })
  guardSession(router)
  await router.push(path)
  const here = () => router.currentRoute.value.fullPath
  return { server, session, here, signIn: () => session.signIn({ email: user.email, password: 'correct horse battery' }) }
}

describe('the session guard', () => {
  it('lets a session in', async () => {
    const { here } = await openAt('/users?q=ada', true)
    expect(here()).toBe('/users?q=ada')
    expect(document.title).toBe('Users · Hallpass')
  })

  it('leads to the sign-in, and back to where one wanted to go', async () => {
    const { here, signIn } = await openAt('/users?q=ada', false)
    expect(here()).toBe('/sign-in?next=/users?q=ada')

    await signIn()
    await eventually(() => expect(here()).toBe('/users?q=ada'))
  })

  it.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'evil'])('leads nowhere else: %s', async (next) => {
    const { here, signIn } = await openAt(`/sign-in?next=${encodeURIComponent(next)}`, false)

    await signIn()
    await eventually(() => expect(here()).toBe('/'))
  })

  it('leaves the pages of a session when it ends', async () => {
    const { here, session } = await openAt('/users', true)

    await session.signOut()
    await eventually(() => expect(here()).toBe('/sign-in'))
  })

  it('opens a one-time link without asking for a session', async () => {
    const { here, server } = await openAt('/welcome', true)
    expect(here()).toBe('/welcome')
    expect(server.asked).toEqual([])
  })
})

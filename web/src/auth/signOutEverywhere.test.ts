// ASVS 7.4.4: every page that needs a session offers to sign out.
import { beforeAll, describe, expect, it } from 'vitest'
import { createConsoleRouter } from '@/router'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { mountPages } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

beforeAll(() => import('@/app/ConsoleLayout.vue'))

describe('the layout of the console', () => {
  it('contains every page that needs a session', () => {
    const router = createConsoleRouter()
    const pages = router
      .getRoutes()
      .filter(({ name, meta }) => name !== undefined && meta.public !== true)
    expect(pages.length).toBeGreaterThanOrEqual(7)
    const frames = pages.map(
      ({ name }) => router.resolve({ name, params: { id: 'x', missing: ['x'] } }).matched[0],
    )
    expect(new Set(frames).size).toBe(1)
    expect(frames[0]?.path).toBe('/')
  })

  it('offers to sign out in the account menu', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', () => signedIn('ada'))
    server.on('GET /api/me', () => ({ status: 200, body: { ...user, permissions: [] } }))
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    const { default: ConsoleLayout } = await import('@/app/ConsoleLayout.vue')
    const page = {
      path: '',
      name: 'home',
      component: { template: '<h1>Page</h1>', render: () => null },
    }
    const { place } = await mountPages('/', [
      { path: '/', component: ConsoleLayout, children: [page] },
    ])

    const account = () =>
      [...place.querySelectorAll<HTMLButtonElement>('header button')].find(({ textContent }) =>
        textContent?.includes(user.name),
      )
    await eventually(() => expect(account()).toBeDefined())
    account()?.click()
    await eventually(() => expect(document.body.textContent).toContain('Sign out'))
  })
})

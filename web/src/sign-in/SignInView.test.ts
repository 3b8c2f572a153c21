import { beforeAll, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { mountPages, type } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./SignInView.vue'))

const LOGIN = 'POST /api/login'
/** Lets pending promise callbacks run. */
const aTurn = () => new Promise((resolve) => setTimeout(resolve))

describe('the sign-in page', () => {
  it('stays busy until the next page is loaded, and signs in only once', async () => {
    const { server, origin } = await startApiServer()
    server.on(LOGIN, signedIn('a1'))
    server.on('POST /api/refresh', problem(401, 'invalid_refresh_token'))
    await openTab(origin)
    const { default: SignInView } = await import('./SignInView.vue')
    // The files of the next page load slowly.
    let arrive = (): void => undefined
    const coming = new Promise<Component>(
      (resolve) => (arrive = () => resolve({ render: () => 'Home' })),
    )
    const { router, place } = await mountPages('/sign-in', [
      { path: '/sign-in', name: 'sign-in', component: SignInView },
      { path: '/', name: 'home', component: () => coming },
    ])
    const { guardSession } = await import('@/router/sessionGuard')
    guardSession(router)
    const submit = () =>
      place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    const [email, password] = place.querySelectorAll('input')
    type(email as HTMLInputElement, user.email)
    type(password as HTMLInputElement, 'correct horse battery')

    submit()
    const { useSessionStore } = await import('@/auth/sessionStore')
    await eventually(() => expect(useSessionStore().user?.id).toBe(user.id))
    await aTurn()
    expect(place.querySelector('button[type=submit]')?.getAttribute('aria-disabled')).toBe('true')
    submit()
    await aTurn()
    arrive()

    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(server.count(LOGIN)).toBe(1)
  })

  it('explains that the browser did not keep the cookie, and what to do', async () => {
    const { server, origin } = await startApiServer()
    server.on(LOGIN, signedIn('a1'))
    server.on('POST /api/refresh', problem(401, 'invalid_refresh_token'))
    await openTab(origin, 'missing')
    const { default: SignInView } = await import('./SignInView.vue')
    const { router, place } = await mountPages('/sign-in', [
      { path: '/sign-in', name: 'sign-in', component: SignInView },
      { path: '/', name: 'home', component: { render: () => 'Home' } },
    ])
    const { guardSession } = await import('@/router/sessionGuard')
    guardSession(router)
    const [email, password] = place.querySelectorAll('input')
    type(email as HTMLInputElement, user.email)
    type(password as HTMLInputElement, 'correct horse battery')

    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))

    await eventually(() =>
      expect(place.querySelector('[role=alert]')?.textContent).toMatch(
        /did not store the session cookie.*Safari/,
      ),
    )
    expect(router.currentRoute.value.name).toBe('sign-in')
    expect(place.querySelector('button[type=submit]')?.getAttribute('aria-disabled')).toBeNull()
  })
})

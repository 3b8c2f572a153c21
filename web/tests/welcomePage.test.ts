import { beforeAll, describe, expect, it } from 'vitest'
import { problem, signedIn, startApiServer, user } from './apiServer'
import { mountPages, type } from './mounted'
import { eventually, openTab } from './openTab'

// Compiling a page takes its time on a busy machine: not that of the first test.
beforeAll(() => import('@/welcome/WelcomeView.vue'), 60_000)

const RECOVERY = 'POST /api/recovery'
const TOKEN = `hpl_${'abc'.repeat(28).slice(0, 82)}`
const PASSWORD = 'quartz lantern meadow'
const grace = { ...user, id: '0192f0c0-0000-7000-8000-000000000002', email: 'grace@example.com', name: 'Grace' }

/** The page of a link to Grace's account, in a tab whose cookie is Ada's. */
async function openLink({ isSignedIn, keepsCookie = true, fragment = TOKEN }: { isSignedIn: boolean; keepsCookie?: boolean; fragment?: string }) {
  const { server, origin } = await startApiServer()
  server.on('POST /api/refresh', keepsCookie ? signedIn('adas') : problem(401, 'invalid_refresh_token'))
  server.on('POST /api/login', signedIn('adas'))
  server.on(RECOVERY, signedIn('graces', { user: grace }))
  const tab = await openTab(origin, isSignedIn ? 'present' : 'missing')
  await tab.session.restore()
  window.happyDOM.setURL(`${origin}/welcome#${fragment}`)
  const { takeLinkToken } = await import('@/welcome/linkToken')
  takeLinkToken()
  const { default: WelcomeView } = await import('@/welcome/WelcomeView.vue')
  const { place, router } = await mountPages('/welcome', [
    { path: '/welcome', name: 'welcome', component: WelcomeView },
    { path: '/sign-in', name: 'sign-in', component: { render: () => 'Sign in' } },
    { path: '/', name: 'home', component: { render: () => 'Home' } },
  ])
  const press = (text: string) => [...place.querySelectorAll('button')].find((button) => button.textContent?.trim() === text)?.click()
  const passwordField = () => place.querySelector<HTMLInputElement>('input[type=password]')
  const setPassword = () => {
    type(passwordField() as HTMLInputElement, PASSWORD)
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  }
  return { server, origin, place, router, press, passwordField, setPassword, ...tab }
}

describe('a one-time link that somebody opens who is signed in', () => {
  it('names them and asks before it replaces their session, without using the link', async () => {
    const { server, place, press, passwordField, setPassword, router, session } = await openLink({ isSignedIn: true })

    expect(place.textContent).toContain('Ada')
    expect(place.textContent).toContain(user.email)
    expect(passwordField()).toBeNull()
    expect(server.count(RECOVERY)).toBe(0)

    press('Continue with the link')
    await eventually(() => expect(passwordField()).not.toBeNull())
    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(session.user?.email).toBe(grace.email)
    expect(server.count(RECOVERY)).toBe(1)
  })

  it('lets them stay signed in', async () => {
    const { server, press, router, session } = await openLink({ isSignedIn: true })

    press('Stay signed in')
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(session.user?.email).toBe(user.email)
    expect(server.count(RECOVERY)).toBe(0)
  })

  it('asks also when the sign-in happens meanwhile, in another tab', async () => {
    const { origin, place, press, passwordField } = await openLink({ isSignedIn: false })
    expect(passwordField()).not.toBeNull()

    const other = await openTab(origin)
    await other.session.signIn({ email: user.email, password: PASSWORD })
    await eventually(() => expect(place.textContent).toContain(user.email))
    expect(passwordField()).toBeNull()

    press('Continue with the link')
    await eventually(() => expect(passwordField()).not.toBeNull())
  })
})

describe('a one-time link that somebody opens who is signed out', () => {
  it('asks for the password at once', async () => {
    const { setPassword, router, server } = await openLink({ isSignedIn: false })

    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(JSON.parse(server.asked.find(({ call }) => call === RECOVERY)?.body ?? '')).toEqual({ token: TOKEN, password: PASSWORD })
  })
})

describe('a one-time link of which a part is missing', () => {
  it('is called incomplete, costs no call, and is read out of what is pasted', async () => {
    const { server, place, passwordField, setPassword, router } = await openLink({ isSignedIn: false, fragment: TOKEN.slice(0, 60) })
    expect(place.querySelector('h1')?.textContent).toBe('This link is incomplete')

    const field = place.querySelector('form input') as HTMLInputElement
    type(field, TOKEN.slice(0, 60))
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await eventually(() => expect(place.textContent).toContain('no complete one-time link in this text'))
    expect(server.asked).toEqual([])

    type(field, `Hello Grace, your link: <https://hallpass.test/welcome#${TOKEN}>.`)
    await eventually(() => expect(passwordField()).not.toBeNull())
    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(JSON.parse(server.asked.find(({ call }) => call === RECOVERY)?.body ?? '')).toEqual({ token: TOKEN, password: PASSWORD })
  })
})

describe('a one-time link that no longer works', () => {
  it('is told apart from an incomplete one', async () => {
    const { server, place, setPassword } = await openLink({ isSignedIn: false })
    server.on(RECOVERY, problem(401, 'invalid_link'))

    setPassword()
    await eventually(() => expect(place.querySelector('h1')?.textContent).toBe('This link no longer works'))
    expect(place.querySelector('form')).toBeNull()
  })
})

describe('a browser that does not keep the cookie', () => {
  it('is led from a one-time link to the sign-in, where it is explained', async () => {
    const { server, router, setPassword } = await openLink({ isSignedIn: false, keepsCookie: false })

    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('sign-in'))
    expect(server.count(RECOVERY)).toBe(1)
  })
})

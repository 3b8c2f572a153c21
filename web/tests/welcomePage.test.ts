import { beforeAll, describe, expect, it } from 'vitest'
import { signedIn, startApiServer, user } from './apiServer'
import { mountPages, type } from './mounted'
import { eventually, openTab } from './openTab'

// Compiling a page takes its time on a busy machine: not that of the first test.
beforeAll(() => import('@/welcome/WelcomeView.vue'), 60_000)

const RECOVERY = 'POST /api/recovery'
const TOKEN = 'a-token'
const PASSWORD = 'quartz lantern meadow'
const grace = { ...user, id: '0192f0c0-0000-7000-8000-000000000002', email: 'grace@example.com', name: 'Grace' }

/** The page of a link to Grace's account, in a tab whose cookie is Ada's. */
async function openLink({ isSignedIn }: { isSignedIn: boolean }) {
  const { server, origin } = await startApiServer()
  server.on('POST /api/refresh', signedIn('adas'))
  server.on('POST /api/login', signedIn('adas'))
  server.on(RECOVERY, signedIn('graces', { user: grace }))
  const tab = await openTab(origin, isSignedIn ? 'present' : 'missing')
  await tab.session.restore()
  window.happyDOM.setURL(`${origin}/welcome#${TOKEN}`)
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
    expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toEqual({ token: TOKEN, password: PASSWORD })
  })
})

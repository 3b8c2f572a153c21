import { beforeAll, describe, expect, it } from 'vitest'
import { watch } from 'vue'
import { formatMinute } from '@/format/time'
import { problem, signedIn, startApiServer, user, type Answered } from '@tests/apiServer'
import { mountPages, type } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./SetupLinkView.vue'))

const RECOVERY = 'POST /api/recovery'
const INSPECT = 'POST /api/recovery/inspect'
const TOKEN = `hpl_${'abc'.repeat(28).slice(0, 82)}`
const PASSWORD = 'quartz lantern meadow'
const grace = {
  ...user,
  id: '0192f0c0-0000-7000-8000-000000000002',
  email: 'grace@example.com',
  name: 'Grace',
}
const lin = {
  ...user,
  id: '0192f0c0-0000-7000-8000-000000000003',
  email: 'lin@example.com',
  name: 'Lin',
}
const inspected = {
  email: grace.email,
  name: grace.name,
  purpose: 'invitation',
  expiresAt: '2026-12-03T09:00:00.000Z',
}

interface Opened {
  isSignedIn: boolean
  keepsCookie?: boolean
  fragment?: string
  inspection?: Answered
}

/** Opens a one-time link of Grace's account, in a tab with the session of Ada or without a session. */
async function openLink({
  isSignedIn,
  keepsCookie = true,
  fragment = TOKEN,
  inspection = { status: 200, body: inspected },
}: Opened) {
  const { server, origin } = await startApiServer()
  server.on(
    'POST /api/refresh',
    keepsCookie ? signedIn('adas') : problem(401, 'invalid_refresh_token'),
  )
  server.on('POST /api/login', signedIn('adas'))
  server.on(INSPECT, inspection)
  server.on(RECOVERY, signedIn('graces', { user: grace }))
  const tab = await openTab(origin, isSignedIn ? 'present' : 'missing')
  await tab.session.restore()
  window.happyDOM.setURL(`${origin}/welcome#${fragment}`)
  const { takeSetupLinkToken } = await import('./setupLinkToken')
  takeSetupLinkToken()
  const { default: SetupLinkView } = await import('./SetupLinkView.vue')
  const { place, router } = await mountPages('/welcome', [
    { path: '/welcome', name: 'welcome', component: SetupLinkView },
    { path: '/sign-in', name: 'sign-in', component: { render: () => 'Sign in' } },
    { path: '/', name: 'home', component: { render: () => 'Home' } },
  ])
  const press = (text: string) =>
    [...place.querySelectorAll('button')]
      .find((button) => button.textContent?.trim() === text)
      ?.click()
  const heading = () => place.querySelector('h1')?.textContent
  const passwordField = () => place.querySelector<HTMLInputElement>('input[type=password]')
  const setPassword = () => {
    type(passwordField() as HTMLInputElement, PASSWORD)
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  }
  // Waits until the link has been checked.
  await eventually(() => expect(heading()).not.toBe('Connecting to Hallpass'))
  return { server, origin, place, router, press, heading, passwordField, setPassword, ...tab }
}

describe('a one-time link opened by a user who is signed in', () => {
  it('names both users and asks before it replaces the session', async () => {
    const { server, place, press, passwordField, setPassword, router, session } = await openLink({
      isSignedIn: true,
    })

    expect(place.textContent).toContain('Ada')
    expect(place.textContent).toContain(user.email)
    expect(place.textContent).toContain(grace.email)
    expect(passwordField()).toBeNull()
    expect(server.count(RECOVERY)).toBe(0)

    press('Continue with the link')
    await eventually(() => expect(passwordField()).not.toBeNull())
    const shownBySession: boolean[] = []
    watch(
      () => session.user,
      () => shownBySession.push(passwordField() !== null),
      { flush: 'post' },
    )
    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(session.user?.email).toBe(grace.email)
    // The page does not ask about the session that the link itself creates.
    expect(shownBySession).toEqual([true])
    expect(server.count(RECOVERY)).toBe(1)
  })

  it('leaves the session unchanged if the user stays signed in', async () => {
    const { server, press, router, session } = await openLink({ isSignedIn: true })

    press('Stay signed in')
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(session.user?.email).toBe(user.email)
    expect(server.count(RECOVERY)).toBe(0)
  })

  it('asks also when the sign-in happens later, in another tab', async () => {
    const { server, origin, place, press, passwordField } = await openLink({ isSignedIn: false })
    expect(passwordField()).not.toBeNull()

    const other = await openTab(origin)
    await other.session.signIn({ email: user.email, password: PASSWORD })
    await eventually(() => expect(place.textContent).toContain(user.email))
    expect(passwordField()).toBeNull()
    // The focus was in the password field, which has been removed.
    expect(document.activeElement).toBe(place.querySelector('h1'))

    press('Continue with the link')
    await eventually(() => expect(passwordField()).not.toBeNull())

    // A different user signs in, who has not agreed.
    server.on('POST /api/login', signedIn('lins', { user: lin }))
    server.on('POST /api/refresh', signedIn('lins', { user: lin }))
    await other.session.signIn({ email: lin.email, password: PASSWORD })
    await eventually(() => expect(place.textContent).toContain(lin.email))
    expect(passwordField()).toBeNull()
  })
})

describe('a one-time link of the current user’s own account', () => {
  it('asks for the password and not about the session', async () => {
    const own = {
      status: 200,
      body: { ...inspected, email: user.email, name: user.name, purpose: 'reset' },
    }
    const { session, heading, passwordField } = await openLink({
      isSignedIn: true,
      inspection: own,
    })

    expect(session.user?.email).toBe(user.email)
    expect(heading()).toBe('Set a new password')
    expect(passwordField()).not.toBeNull()
  })
})

describe('a one-time link opened by a user who is signed out', () => {
  it('asks for the password at once', async () => {
    const { setPassword, router, server } = await openLink({ isSignedIn: false })

    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(JSON.parse(server.asked.find(({ call }) => call === RECOVERY)?.body ?? '')).toEqual({
      token: TOKEN,
      password: PASSWORD,
    })
  })

  it('sends its token in the bodies of two requests and nowhere else', async () => {
    const { setPassword, router, server } = await openLink({ isSignedIn: false })

    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(server.asked.map(({ call }) => call).slice(0, 2)).toEqual([INSPECT, RECOVERY])
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({ token: TOKEN })
    for (const { call, query, headers } of server.asked)
      expect(call + query + JSON.stringify(headers)).not.toContain(TOKEN)
  })

  it('shows the account, and gives its e-mail address to password managers as the user name', async () => {
    const { place, passwordField } = await openLink({ isSignedIn: false })

    expect(place.textContent).toContain(grace.name)
    const userName = place.querySelector<HTMLInputElement>('input[autocomplete=username]')
    expect(userName?.value).toBe(grace.email)
    expect(userName?.readOnly).toBe(true)
    expect(userName?.closest('[hidden]')).toBeNull()
    expect(userName?.labels?.[0]?.textContent?.trim()).toBe('E-mail')
    // Both fields are in one form, in this order.
    const fields = [...(passwordField()?.form?.querySelectorAll('input') ?? [])]
    expect(fields.map((field) => field.autocomplete)).toEqual(['username', 'new-password'])
  })

  it.each([
    ['setup', 'Set up Hallpass', 'first administrator'],
    ['invitation', 'Set your password', 'An account has been created for you'],
    ['reset', 'Set a new password', 'replaces the current one'],
  ])('explains its purpose and shows when it expires: %s', async (purpose, title, text) => {
    const { place, heading } = await openLink({
      isSignedIn: false,
      inspection: { status: 200, body: { ...inspected, purpose } },
    })

    expect(heading()).toBe(title)
    expect(place.textContent).toContain(text)
    expect(place.textContent).toContain(formatMinute(inspected.expiresAt))
  })
})

describe('a one-time link that cannot be checked', () => {
  it.each([
    ['no connection', { status: 0 }, 'could not be reached'],
    ['database unavailable', problem(503, 'unavailable'), 'temporarily unavailable'],
    ['server error', problem(500, 'internal_error'), 'unexpected error'],
  ])('is not called invalid, and can be checked again: %s', async (_, inspection, text) => {
    const { server, place, heading, press, setPassword, router, passwordField } = await openLink({
      isSignedIn: false,
      inspection,
    })

    await eventually(() => expect(heading()).toBe('The link could not be checked'))
    expect(place.querySelector('[role=alert]')?.textContent).toContain(text)
    expect(passwordField()).toBeNull()

    press('Retry now')
    await eventually(() => expect(server.count(INSPECT)).toBe(2))
    await eventually(() => expect(place.querySelector('[role=alert]')).not.toBeNull())
    server.on(INSPECT, { status: 200, body: inspected })
    press('Retry now')
    await eventually(() => expect(heading()).toBe('Set your password'))
    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(JSON.parse(server.asked.find(({ call }) => call === RECOVERY)?.body ?? '')).toEqual({
      token: TOKEN,
      password: PASSWORD,
    })
  })

  it('shows how long to wait, and is not checked again before that', async () => {
    const { server, place, heading, press } = await openLink({
      isSignedIn: false,
      inspection: problem(429, 'too_many_attempts', { 'retry-after': '30' }),
    })

    await eventually(() => expect(heading()).toBe('The link could not be checked'))
    expect(place.textContent).toMatch(/Retrying in (30|29) s/)
    press('Retry now')
    expect(server.count(INSPECT)).toBe(1)
  })
})

describe('an incomplete one-time link', () => {
  it('is reported without a request, and a complete link can be pasted', async () => {
    const { server, place, passwordField, setPassword, router } = await openLink({
      isSignedIn: false,
      fragment: TOKEN.slice(0, 60),
    })
    expect(place.querySelector('h1')?.textContent).toBe('This link is incomplete')

    const field = place.querySelector('form input') as HTMLInputElement
    type(field, TOKEN.slice(0, 60))
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await eventually(() => expect(place.textContent).toContain('no complete one-time link'))
    expect(server.asked).toEqual([])

    type(field, `Hello Grace, your link: <https://hallpass.test/welcome#${TOKEN}>.`)
    await eventually(() => expect(passwordField()).not.toBeNull())
    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('home'))
    expect(JSON.parse(server.asked.find(({ call }) => call === RECOVERY)?.body ?? '')).toEqual({
      token: TOKEN,
      password: PASSWORD,
    })
  })
})

describe('a one-time link that no longer works', () => {
  it('is reported when it is opened, with what to do', async () => {
    const { server, place, heading, passwordField } = await openLink({
      isSignedIn: false,
      inspection: problem(401, 'invalid_link'),
    })

    await eventually(() => expect(heading()).toBe('This link is no longer valid'))
    expect(place.querySelector('[role=alert]')?.textContent).toContain('has expired')
    expect(place.textContent).toContain('Ask an administrator for a new link.')
    expect(place.querySelector('a')?.getAttribute('href')).toBe('/sign-in')
    expect(passwordField()).toBeNull()
    expect(server.count(RECOVERY)).toBe(0)
  })

  it('is reported to a signed-in user without a question about the session', async () => {
    const { place, heading } = await openLink({
      isSignedIn: true,
      inspection: problem(401, 'invalid_link'),
    })

    await eventually(() => expect(heading()).toBe('This link is no longer valid'))
    expect(place.textContent).not.toContain(user.email)
  })

  it('is reported if it was used after it was opened', async () => {
    const { server, place, heading, setPassword } = await openLink({ isSignedIn: false })
    server.on(RECOVERY, problem(401, 'invalid_link'))

    setPassword()
    await eventually(() => expect(heading()).toBe('This link is no longer valid'))
    expect(place.querySelector('form')).toBeNull()
  })

  it('is replaced by another link that is pasted into the address bar of the same page', async () => {
    const { server, heading, router, origin } = await openLink({
      isSignedIn: false,
      inspection: problem(401, 'invalid_link'),
    })
    await eventually(() => expect(heading()).toBe('This link is no longer valid'))

    server.on(INSPECT, { status: 200, body: inspected })
    const another = TOKEN.replace('abc', 'xyz')
    window.happyDOM.setURL(`${origin}/welcome#${another}`)
    await router.push(`/welcome#${another}`)
    await eventually(() => expect(heading()).toBe('Set your password'))
    expect(JSON.parse(server.asked.at(-1)?.body ?? '')).toEqual({ token: another })
  })
})

describe('a browser that does not keep the cookie', () => {
  it('is redirected from a one-time link to the sign-in page', async () => {
    const { server, router, setPassword } = await openLink({
      isSignedIn: false,
      keepsCookie: false,
    })

    setPassword()
    await eventually(() => expect(router.currentRoute.value.name).toBe('sign-in'))
    expect(server.count(RECOVERY)).toBe(1)
  })
})

import { describe, expect, it, vi } from 'vitest'
import { problem, signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab, SESSION_MARKER } from '@tests/openTab'

const LOGIN = 'POST /api/login'
const REFRESH = 'POST /api/refresh'
const LOGOUT = 'POST /api/logout'
const credentials = { email: 'ada@example.com', password: 'correct horse battery' }

async function openSignedIn() {
  const { server, origin } = await startApiServer()
  server.on(LOGIN, signedIn('first'))
  const tab = await openTab(origin)
  await tab.session.signIn(credentials)
  return { server, origin, ...tab }
}

describe('restoring the session at page load', () => {
  it('sends one refresh, however often restore is called', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, signedIn('first'))
    const { session } = await openTab(origin)

    await Promise.all([session.restore(), session.restore()])
    await session.restore()

    expect(session.user?.email).toBe(user.email)
    expect(server.count(REFRESH)).toBe(1)
    expect(server.asked[0]?.body).toBe('{}')
    expect(server.asked[0]?.headers['content-type']).toBe('application/json')
  })

  it('ends signed out if the server refuses the refresh', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, problem(401, 'invalid_refresh_token'))
    const { session } = await openTab(origin)

    await session.restore()

    expect(session.state).toEqual({ kind: 'signedOut', reason: 'none' })
  })

  it('sends no request if the marker cookie is missing', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, signedIn('first'))
    const { session } = await openTab(origin, 'missing')

    await session.restore()

    expect(session.state).toEqual({ kind: 'signedOut', reason: 'none' })
    expect(server.asked).toEqual([])
  })

  it('sends one refresh for an ended session, whose marker cookie the answer deletes', async () => {
    const { server, origin } = await startApiServer()
    const over = problem(401, 'invalid_refresh_token', {
      'set-cookie': `${SESSION_MARKER}; Max-Age=0`,
    })
    server.on(REFRESH, over)
    await (await openTab(origin)).session.restore()
    const { session } = await openTab(origin, 'as it was')

    await session.restore()

    expect(session.state).toEqual({ kind: 'signedOut', reason: 'none' })
    expect(server.count(REFRESH)).toBe(1)
  })

  it('sends a refresh if cookies cannot be read', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, signedIn('first'))
    const { session } = await openTab(origin)
    vi.spyOn(document, 'cookie', 'get').mockImplementation(() => {
      throw new DOMException('sandboxed', 'SecurityError')
    })

    await session.restore()

    expect(session.user?.email).toBe(user.email)
  })

  it.each([
    ['the server is unavailable (503)', problem(503, 'unavailable')],
    ['the server fails (500)', problem(500, 'internal')],
    ['the connection breaks', { status: 0 }],
  ])(
    'becomes unreachable and waits when %s, and continues after retryNow',
    async (_case, failure) => {
      const { server, origin } = await startApiServer()
      server.on(REFRESH, failure)
      const { session } = await openTab(origin)

      const restored = session.restore()
      await eventually(() => expect(session.state.kind).toBe('unreachable'))
      server.on(REFRESH, signedIn('first'))
      session.retryNow()
      await restored

      expect(session.user?.id).toBe(user.id)
    },
  )

  it('waits at least as long as Retry-After asks', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, problem(503, 'unavailable', { 'retry-after': '20' }))
    const { session } = await openTab(origin)

    const restored = session.restore()
    await eventually(() => expect(session.state.kind).toBe('unreachable'))
    expect(
      session.state.kind === 'unreachable' && session.state.retryAt - Date.now(),
    ).toBeGreaterThan(19_000)

    server.on(REFRESH, problem(401, 'invalid_refresh_token'))
    session.retryNow()
    await restored
  })

  it('does not undo a sign-in that happens while the refresh is pending', async () => {
    const { server, origin } = await startApiServer()
    let release = (): void => undefined
    const late = new Promise<void>((resolve) => (release = resolve))
    server.on(REFRESH, async () => {
      await late
      return problem(401, 'invalid_refresh_token')
    })
    server.on(LOGIN, signedIn('first'))
    const { session } = await openTab(origin)

    const restored = session.restore()
    await eventually(() => expect(server.count(REFRESH)).toBe(1))
    await session.signIn(credentials)
    release()
    await restored

    expect(session.state.kind).toBe('signedIn')
  })
})

describe('signing in', () => {
  it('keeps the access token out of the store and out of storage', async () => {
    const { session } = await openSignedIn()

    expect(
      JSON.stringify([session.$state, { ...localStorage }, { ...window.sessionStorage }]),
    ).not.toContain('first')
    expect(await session.current()).toBe('first')
  })

  it('throws the server’s problem with its Retry-After', async () => {
    const { server, origin } = await startApiServer()
    server.on(LOGIN, problem(429, 'too_many_attempts', { 'retry-after': '75' }))
    const { session } = await openTab(origin)

    await expect(session.signIn(credentials)).rejects.toMatchObject({
      code: 'too_many_attempts',
      retryAfter: 75,
    })
    expect(session.user).toBeNull()
  })

  it.each([
    [
      'refuses the cookie',
      problem(401, 'invalid_refresh_token'),
      { kind: 'signedOut', reason: 'cookieRefused' },
    ],
    ['keeps the cookie after all', signedIn('second'), { kind: 'signedIn', user }],
    ['may have kept the cookie', problem(503, 'unavailable'), { kind: 'signedIn', user }],
  ])(
    'sends a refresh if the marker cookie is missing, and the browser %s',
    async (_case, refreshed, state) => {
      const { server, origin } = await startApiServer()
      server.on(LOGIN, signedIn('first'))
      server.on(REFRESH, refreshed)
      const { session } = await openTab(origin, 'missing')

      await session.signIn(credentials)

      expect(session.state).toEqual(state)
      expect(await session.current()).toBe(session.user ? 'first' : null)
      expect(server.count(REFRESH)).toBe(1)
    },
  )

  it('sends the token of a one-time link in the body of the request', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/recovery', signedIn('first'))
    const { session } = await openTab(origin)

    await session.signInBySetupLink('link-token', 'a password of words')

    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      token: 'link-token',
      password: 'a password of words',
    })
    expect(session.user?.id).toBe(user.id)
  })
})

describe('signing out', () => {
  it('ends the session in this tab and in the other tabs', async () => {
    const { server, origin, session } = await openSignedIn()
    const other = await openTab(origin)
    await other.session.signIn(credentials)
    server.on(LOGOUT, { status: 204 })

    await session.signOut()

    expect(session.state).toEqual({ kind: 'signedOut', reason: 'left' })
    expect(await session.current()).toBeNull()
    await eventually(() =>
      expect(other.session.state).toEqual({ kind: 'signedOut', reason: 'left' }),
    )
    expect(await other.session.current()).toBeNull()
  })

  it('fails and keeps the session if the server does not confirm the sign-out', async () => {
    const { server, session } = await openSignedIn()
    server.on(LOGOUT, problem(503, 'unavailable'))

    await expect(session.signOut()).rejects.toMatchObject({ status: 503 })

    expect(session.user?.id).toBe(user.id)
    expect(await session.current()).toBe('first')
  })
})

describe('another tab', () => {
  it('that is signed out becomes signed in after a sign-in in this tab', async () => {
    const { server, origin } = await startApiServer()
    server.on(REFRESH, problem(401, 'invalid_refresh_token'))
    const waiting = await openTab(origin)
    await waiting.session.restore()
    server.on(LOGIN, signedIn('first'))
    server.on(REFRESH, signedIn('second'))
    const { session } = await openTab(origin)

    await session.signIn(credentials)

    await eventually(() => expect(waiting.session.user?.id).toBe(user.id))
  })

  it('shows the new user after a different user signs in', async () => {
    const { server, origin, session } = await openSignedIn()
    const grace = {
      ...user,
      id: '0192f0c0-0000-7000-8000-000000000002',
      email: 'grace@example.com',
    }
    server.on(LOGIN, signedIn('hers', { user: grace }))
    server.on(REFRESH, signedIn('hers again', { user: grace }))
    const other = await openTab(origin)

    await other.session.signIn({ ...credentials, email: grace.email })

    await eventually(() => expect(session.user?.email).toBe(grace.email))
  })
})

describe('an expired access token', () => {
  it('is renewed before it is sent, with one refresh for all requests', async () => {
    const { server, session } = await openSignedIn()
    server.on(REFRESH, signedIn('second'))
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 600_000)

    expect(await Promise.all([session.current(), session.current()])).toEqual(['second', 'second'])
    expect(server.count(REFRESH)).toBe(1)
  })
})

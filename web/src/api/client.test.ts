import { describe, expect, it } from 'vitest'
import { problem, signedIn, startApiServer, user, type Asked } from '@tests/apiServer'
import { openTab } from '@tests/openTab'

const USERS = 'GET /api/users'
const REFRESH = 'POST /api/refresh'
const page = { status: 200, body: { items: [user], page: { size: 20, next: null, prev: null } } }

/** Signs in with the access token "stale". The list of users refuses it and accepts "fresh", which a refresh returns. */
async function openWithStaleToken() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('stale'))
  server.on(REFRESH, signedIn('fresh'))
  server.on(USERS, ({ headers }: Asked) =>
    headers.authorization === 'Bearer fresh' ? page : problem(401, 'unauthenticated'),
  )
  const tab = await openTab(origin)
  await tab.session.signIn({ email: user.email, password: 'correct horse battery' })
  return { server, ...tab }
}

describe('a request with a refused access token', () => {
  it('is repeated once with a renewed access token', async () => {
    const { server, listUsers } = await openWithStaleToken()

    const { items } = await listUsers({ size: 20 })

    expect(items[0]?.email).toBe(user.email)
    expect(server.asked.map(({ call }) => call)).toEqual(['POST /api/login', USERS, REFRESH, USERS])
  })

  it('shares one refresh with the requests that run at the same time', async () => {
    const { server, listUsers } = await openWithStaleToken()

    await Promise.all([1, 2, 3, 4, 5].map((n) => listUsers({ size: n })))

    expect(server.count(REFRESH)).toBe(1)
  })

  it('is not repeated a second time', async () => {
    const { server, listUsers } = await openWithStaleToken()
    server.on(USERS, problem(401, 'unauthenticated'))

    await expect(listUsers({ size: 20 })).rejects.toMatchObject({ status: 401 })

    expect(server.count(USERS)).toBe(2)
    expect(server.count(REFRESH)).toBe(1)
  })

  it('ends the session when the refresh is refused too', async () => {
    const { server, listUsers, session } = await openWithStaleToken()
    server.on(REFRESH, problem(401, 'invalid_refresh_token'))

    await expect(listUsers({ size: 20 })).rejects.toMatchObject({ status: 401 })

    expect(session.state).toEqual({ kind: 'signedOut', reason: 'ended' })
    expect(server.count(USERS)).toBe(1)
  })

  it.each([
    ['is answered with 503', problem(503, 'unavailable', { 'retry-after': '2' }), 503],
    ['gets no answer', { status: 0 }, 0],
  ])('keeps the session when the refresh %s', async (_case, failure, status) => {
    const { server, listUsers, session } = await openWithStaleToken()
    server.on(REFRESH, failure)

    await expect(listUsers({ size: 20 })).rejects.toMatchObject({ status, isTransient: true })
    expect(session.state.kind).toBe('signedIn')

    server.on(REFRESH, signedIn('fresh'))
    expect((await listUsers({ size: 20 })).items).toHaveLength(1)
  })
})

describe('a request', () => {
  it('keeps the session on a 503 and on a broken connection', async () => {
    const { server, listUsers, session } = await openWithStaleToken()
    for (const failure of [problem(503, 'unavailable'), { status: 0 }]) {
      server.on(USERS, failure)
      await expect(listUsers({ size: 20 })).rejects.toMatchObject({ isTransient: true })
    }

    expect(session.state.kind).toBe('signedIn')
    expect(server.count(REFRESH)).toBe(0)
  })

  it('sends the page size and the search as query parameters and omits empty ones', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', signedIn('fresh'))
    server.on(USERS, page)
    const { session, listUsers } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })

    await listUsers({ size: 20, q: 'a&b=ü %', cursor: '' })

    const asked = server.asked.find(({ call }) => call === USERS)
    expect(Object.fromEntries(new URLSearchParams(asked?.query))).toEqual({
      size: '20',
      q: 'a&b=ü %',
    })
  })

  it('of a signed-out tab fails with 401 and is not sent', async () => {
    const { server, origin } = await startApiServer()
    const { listUsers } = await openTab(origin)

    await expect(listUsers({ size: 20 })).rejects.toMatchObject({ status: 401 })

    expect(server.asked).toEqual([])
  })

  it('throws a Problem with the code, the request ID and the errors of each field', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/recovery', {
      status: 422,
      body: {
        type: 'about:blank',
        title: 'Invalid',
        status: 422,
        code: 'invalid',
        detail: 'Some fields.',
        requestId: 'r-9',
        errors: [
          { field: 'password', code: 'too_common', message: 'is too common' },
          { field: 'name', code: 'empty', message: 'must not be empty' },
        ],
      },
    })
    const { session, Problem } = await openTab(origin)

    const thrown = await session
      .signInBySetupLink('t', 'password')
      .catch((problem: unknown) => problem)

    expect(thrown).toBeInstanceOf(Problem)
    expect(thrown).toMatchObject({ code: 'invalid', requestId: 'r-9', isTransient: false })
    const { fieldText } = await import('@/ui/problemText')
    const text = (name: string) => fieldText(thrown as InstanceType<typeof Problem>, name)
    expect([text('password'), text('name'), text('email')]).toEqual([
      'This password is among the most common ones or consists of such words. Use several unrelated words.',
      'This field must not be empty.',
      undefined,
    ])
  })

  it('derives the problem from the status if the response is not problem+json', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/recovery', {
      status: 502,
      body: ['bad gateway'],
      headers: { 'content-type': 'text/html' },
    })
    const { session } = await openTab(origin)

    await expect(session.signInBySetupLink('t', 'p')).rejects.toMatchObject({
      status: 502,
      code: 'http_502',
      isTransient: true,
    })
  })
})

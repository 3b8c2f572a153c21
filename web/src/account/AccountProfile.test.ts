import { beforeAll, describe, expect, it } from 'vitest'
import { signedIn, startApiServer, user, type Answered } from '@tests/apiServer'
import { mountPages, type } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./AccountProfile.vue'))

const RENAME = 'PATCH /api/me'
const me = { ...user, permissions: [] }

describe('the name in the own account', () => {
  it('keeps what is typed while a request that saves it is pending', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', signedIn('a1'))
    server.on('GET /api/me', { status: 200, body: me })
    let arrive: (answered: Answered) => void = () => undefined
    server.on(RENAME, () => new Promise<Answered>((resolve) => (arrive = resolve)))
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    const { default: AccountProfile } = await import('./AccountProfile.vue')
    const { place } = await mountPages('/account', [
      { path: '/account', component: AccountProfile, props: { me } },
    ])
    const input = place.querySelector('input') as HTMLInputElement

    type(input, 'Ada L')
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
    await eventually(() => expect(server.count(RENAME)).toBe(1))
    type(input, 'Ada Lovelace')
    arrive({ status: 200, body: { ...me, name: 'Ada L', version: 2 } })

    await eventually(() => expect(session.user?.name).toBe('Ada L'))
    expect(input.value).toBe('Ada Lovelace')
  })

  it('invalidates every cached query that shows the user when it is saved', async () => {
    const { server, origin } = await startApiServer()
    server.on('POST /api/login', signedIn('a1'))
    server.on('GET /api/me', { status: 200, body: me })
    server.on(RENAME, { status: 200, body: { ...me, name: 'Ada L', version: 2 } })
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    const { default: AccountProfile } = await import('./AccountProfile.vue')
    const { place, queries } = await mountPages('/account', [
      { path: '/account', component: AccountProfile, props: { me } },
    ])
    const shown = [
      ['users', 'list', {}],
      ['user', user.id],
      ['audit', 'recent', user.id],
    ]
    for (const key of shown) queries.setQueryData(key, {})

    type(place.querySelector('input') as HTMLInputElement, 'Ada L')
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))

    await eventually(() =>
      expect(shown.map((key) => queries.getQueryState(key)?.isInvalidated)).toEqual([
        true,
        true,
        true,
      ]),
    )
  })
})

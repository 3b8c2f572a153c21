// The page of one user. Typed text is kept, whatever the server answers in the meantime.
import { beforeAll, describe, expect, it } from 'vitest'
import { problem, signedIn, startApiServer, user, type Answered } from '@tests/apiServer'
import { mountPages, type } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./UserView.vue'))

const SHOW = `GET /api/users/${user.id}`
const CHANGE = `PATCH /api/users/${user.id}`

async function openUser() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('a1'))
  server.on('GET /api/me', {
    status: 200,
    body: { ...user, permissions: ['users:read', 'users:write'] },
  })
  server.on('GET /api/roles', {
    status: 200,
    body: { items: [{ name: 'admin', permissions: ['users:write'], grantable: true }] },
  })
  server.on(`${SHOW}/sessions`, { status: 200, body: { items: [], more: false } })
  server.on(SHOW, { status: 200, body: user })
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { default: UserView } = await import('./UserView.vue')
  const { place, queries } = await mountPages(`/users/${user.id}`, [
    { path: '/users/:id', name: 'user', component: UserView, props: true },
  ])
  const field = (label: string): HTMLInputElement => {
    const found = [...place.querySelectorAll('label')].find(
      ({ textContent }) => textContent?.trim() === label,
    )
    return place.querySelector(`[id="${found?.getAttribute('for')}"]`) as HTMLInputElement
  }
  const button = (text: string): HTMLButtonElement | undefined =>
    [...place.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === text)
  await eventually(() => expect(field('Name')?.value).toBe('Ada'))
  await eventually(() => expect(button('Save changes')).toBeDefined())
  return { server, place, queries, field, button }
}

/** A handler whose answer is sent when `arrive` is called. */
function held(answered: Answered) {
  let arrive = (): void => undefined
  const waiting = new Promise<Answered>((resolve) => (arrive = () => resolve(answered)))
  return { handler: () => waiting, arrive }
}

describe('the page of a user', () => {
  it('keeps typed text and shows the failure if a background refresh fails', async () => {
    const { server, place, queries, field } = await openUser()
    type(field('Name'), 'Ada L')
    server.on(SHOW, problem(500, 'internal_error'))

    await queries.invalidateQueries({ queryKey: ['user'] })

    await eventually(() =>
      expect(place.querySelector('[role=alert]')?.textContent).toContain(
        'An unexpected error occurred.',
      ),
    )
    expect(field('Name')?.value).toBe('Ada L')
  })

  it.each([
    [404, 'not_found', 'User not found'],
    [403, 'forbidden', 'You do not have access to this page'],
  ])('replaces the form by a message after a %i', async (status, code, title) => {
    const { server, place, queries } = await openUser()
    server.on(SHOW, problem(status, code))

    await queries.invalidateQueries({ queryKey: ['user'] })

    await eventually(() => expect(place.querySelector('h1')?.textContent).toBe(title))
    expect(place.querySelector('form')).toBeNull()
  })

  it('keeps what is typed while a change is being saved, and sends it with the next one', async () => {
    const { server, field, button } = await openUser()
    const first = held({ status: 200, body: { ...user, name: 'Ada L', version: 2 } })
    server.on(CHANGE, first.handler)
    type(field('Name'), 'Ada L')
    button('Save changes')?.click()
    await eventually(() => expect(server.count(CHANGE)).toBe(1))

    type(field('E-mail'), 'ada.l@example.com')
    first.arrive()
    await eventually(() => expect(document.querySelector('h1')?.textContent).toBe('Ada L'))
    expect([field('Name').value, field('E-mail').value]).toEqual(['Ada L', 'ada.l@example.com'])

    server.on(CHANGE, {
      status: 200,
      body: { ...user, name: 'Ada L', email: 'ada.l@example.com', version: 3 },
    })
    button('Save changes')?.click()
    await eventually(() => expect(server.count(CHANGE)).toBe(2))
    const [, second] = server.asked.filter(({ call }) => call === CHANGE)
    expect(JSON.parse(second?.body ?? '')).toEqual({ email: 'ada.l@example.com' })
    expect(second?.headers['if-match']).toBe('"2"')
  })

  it('moves the focus to the button beside Discard, which disappears', async () => {
    const { field, button } = await openUser()
    type(field('Name'), 'Ada L')
    await eventually(() => expect(button('Discard')).toBeDefined())
    button('Discard')?.focus()
    button('Discard')?.click()

    await eventually(() => expect(button('Discard')).toBeUndefined())
    expect(field('Name').value).toBe('Ada')
    expect(document.activeElement).toBe(button('Save changes'))
  })

  it('has the name of the user as its title', async () => {
    await openUser()
    const { pageName } = await import('@/router/pageTitle')
    expect(pageName.value).toBe('Ada')
  })
})

describe('the list of a user’s sessions', () => {
  it('says that there are more sessions than listed', async () => {
    const { server, place, queries } = await openUser()
    // A first request that is still pending would not be repeated.
    await eventually(() => expect(place.textContent).toContain('Not signed in on any device.'))
    const session = {
      id: 's-1',
      createdAt: user.createdAt,
      lastUsedAt: user.createdAt,
      idleExpiresAt: user.createdAt,
      expiresAt: user.createdAt,
      ip: null,
      place: null,
      userAgent: null,
      current: false,
    }
    server.on(`${SHOW}/sessions`, {
      status: 200,
      body: { items: [session, { ...session, id: 's-2' }], more: true },
    })

    await queries.invalidateQueries({ queryKey: ['sessions'] })
    await eventually(() => expect(place.textContent).toContain('Showing the newest 2 sessions.'))

    server.on(`${SHOW}/sessions`, { status: 200, body: { items: [session], more: false } })
    await queries.invalidateQueries({ queryKey: ['sessions'] })
    await eventually(() => expect(place.textContent).not.toContain('There are older ones'))
  })
})

describe('an e-mail address that is already used', () => {
  it.each([
    [false, 'is used by a deactivated account'],
    [true, 'is used by an active account'],
  ])('is reported with a link to the user who has it (active: %s)', async (isActive, text) => {
    const { server, place, field, button } = await openUser()
    const holder = {
      ...user,
      id: '0192f0c0-0000-7000-8000-000000000002',
      email: 'grace@example.com',
      name: 'Grace',
      isActive,
    }
    server.on(CHANGE, problem(409, 'email_taken'))
    server.on('GET /api/users', {
      status: 200,
      body: {
        items: [{ ...holder, id: 'other', email: 'grace@example.com.example' }, holder],
        next: null,
        total: null,
      },
    })

    type(field('E-mail'), 'Grace@example.com')
    await eventually(() => expect(button('Save changes')?.getAttribute('aria-disabled')).toBeNull())
    place.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))

    await eventually(() => expect(place.textContent).toContain(text))
    expect(place.querySelector(`a[href="/users/${holder.id}"]`)?.textContent).toBe('Grace')
  })
})

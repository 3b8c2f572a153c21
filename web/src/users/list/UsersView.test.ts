// The whole page of users against a server: bulk changes, and where the focus goes.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import {
  problem,
  signedIn,
  startApiServer,
  user,
  type Answered,
  type Asked,
} from '@tests/apiServer'
import { mounted } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

beforeAll(() => import('./UsersView.vue'))

const BULK = 'PATCH /api/users'
const PEOPLE = 60
const ids = Array.from(
  { length: PEOPLE },
  (_, number) => `0192f0c0-0000-7000-8000-0000000001${String(number).padStart(2, '0')}`,
)
const people = ids.map((id, number) => ({ ...user, id, name: `Person ${number}`, roles: ['user'] }))

function changedBy({ body }: Asked): Answered {
  const { ids, changes } = JSON.parse(body) as { ids: string[]; changes: object }
  return {
    status: 200,
    body: {
      results: ids.map((id) => ({ id, outcome: 'changed', user: { ...user, id, ...changes } })),
    },
  }
}

async function openUsers(items: object[] = people) {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  server.on('GET /api/me', {
    status: 200,
    body: { ...user, permissions: ['users:read', 'users:write'] },
  })
  const role = (name: string) => ({ name, permissions: [], grantable: true })
  server.on('GET /api/roles', { status: 200, body: { items: [role('admin'), role('user')] } })
  server.on('GET /api/users', ({ query }) => {
    const found = query.includes('q=nobody') ? [] : items
    const page = { size: 100, next: null, prev: null }
    return {
      status: 200,
      body: { items: found, page, total: { value: found.length, relation: 'exact' } },
    }
  })
  server.on(BULK, changedBy)
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })

  const view = { render: () => null }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: ['users', 'user', 'user-new'].map((name) => ({
      path: { users: '/users', user: '/users/:id', 'user-new': '/new' }[name] ?? '',
      name,
      component: view,
    })),
  })
  await router.push('/users?size=100')
  const { default: UsersView } = await import('./UsersView.vue')
  const { toasts } = await import('@/ui/toasts')
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: 10_000 } } })
  mounted(UsersView, {}, router, (app) => VueQueryPlugin.install(app, { queryClient: client }))

  const find = (selector: string) => document.querySelector<HTMLElement>(selector)
  const bar = () => find('[role=region]')
  const press = (text: string, within: Element | null = bar()) => {
    const button = [...(within?.querySelectorAll('button') ?? [])].find(
      ({ textContent }) => textContent?.trim() === text,
    )
    if (!button) throw new Error(`there is no ${text}`)
    button.focus()
    button.click()
  }
  await eventually(() => expect(find('thead input')).not.toBeNull())
  return { server, router, toasts, find, bar, press, pickAll: () => find('thead input')?.click() }
}

/** Delays the answers to all requests but the first until the functions in `waiting` are called. */
function holdBack() {
  const waiting: (() => void)[] = []
  let count = 0
  const handler = async (asked: Asked): Promise<Answered> => {
    count += 1
    if (count > 1) await new Promise<void>((resolve) => waiting.push(resolve))
    return changedBy(asked)
  }
  return { handler, waiting }
}

it('a search that stopped without a match continues at the press of a button', async () => {
  const { server, router, find, press } = await openUsers()
  server.on('GET /api/users', ({ query }) => {
    const items = query.includes('cursor=further') ? people.slice(0, 1) : []
    const next = items.length === 0 ? 'further' : null
    const page = { size: 100, next, prev: null }
    return { status: 200, body: { items, page, total: { value: 0, relation: 'atLeast' } } }
  })
  await router.replace('/users?q=rare')
  await eventually(() => expect(find('h2')?.textContent).toContain('No matching users so far'))
  press('Continue the search', document.body)
  await eventually(() => expect(find('tbody')?.textContent).toContain('Person 0'))
  expect(router.currentRoute.value.query).toMatchObject({ q: 'rare', cursor: 'further' })
})

describe('a bulk change', () => {
  it('continues while the reader searches the list', async () => {
    const { server, router, toasts, bar, press, pickAll, find } = await openUsers()
    const { handler, waiting } = holdBack()
    server.on(BULK, handler)
    pickAll()
    await eventually(() => expect(bar()?.textContent).toContain('60 selected'))
    press('Deactivate')
    await eventually(() => expect(waiting).toHaveLength(1))

    await router.replace('/users?q=nobody')
    await eventually(() => expect(find('h2')?.textContent).toContain('No users match'))
    expect(bar()?.textContent).toContain('25 of 60')
    for (const piece of [2, 3]) {
      await eventually(() => expect(server.count(BULK)).toBe(piece))
      waiting.pop()?.()
    }

    await eventually(() => expect(toasts[0]?.text).toBe('60 of 60 changed.'))
  })

  it('that is stopped keeps the users that it did not reach selected, and can be undone for the others', async () => {
    const { server, toasts, bar, press, pickAll } = await openUsers()
    const { handler, waiting } = holdBack()
    server.on(BULK, handler)
    pickAll()
    await eventually(() => expect(bar()).not.toBeNull())
    press('Deactivate')
    await eventually(() => expect(waiting).toHaveLength(1))
    press('Stop')
    waiting.pop()?.()

    await eventually(() => expect(toasts[0]?.text).toBe('50 of 60 changed.'))
    await eventually(() => expect(bar()?.textContent).toContain('10 selected'))
    expect(document.activeElement).toBe(bar())
    server.on(BULK, changedBy)
    toasts[0]?.action?.run()
    await eventually(() =>
      expect(toasts.at(-1)?.text).toBe('Undone for 50 users. Ended sessions are not restored.'),
    )
  })

  it.each([
    [500, 'internal_error'],
    [403, 'forbidden'],
  ])(
    'that fails with %i keeps the remaining users selected, and offers to undo the rest',
    async (status, code) => {
      const { server, toasts, bar, press, pickAll } = await openUsers()
      server.on(BULK, (asked) =>
        server.count(BULK) === 1 ? changedBy(asked) : problem(status, code),
      )
      pickAll()
      await eventually(() => expect(bar()).not.toBeNull())
      press('Reactivate')

      await eventually(() =>
        expect(toasts[0]).toMatchObject({ tone: 'danger', action: { text: 'Undo' } }),
      )
      expect(toasts[0]?.text).toMatch(/^25 of 60 changed\. \S/)
      await eventually(() => expect(bar()?.textContent).toContain('35 selected'))
    },
  )

  it('reports a failure of its undo', async () => {
    const { server, toasts, bar, press, pickAll } = await openUsers()
    pickAll()
    await eventually(() => expect(bar()).not.toBeNull())
    press('Deactivate')
    await eventually(() => expect(toasts[0]?.text).toBe('60 of 60 changed.'))

    server.on(BULK, (asked) =>
      server.count(BULK) === 4 ? changedBy(asked) : problem(403, 'forbidden'),
    )
    toasts[0]?.action?.run()
    await eventually(() =>
      expect(toasts.at(-1)).toMatchObject({
        text: 'Undone for 25 users. Ended sessions are not restored. Your roles do not allow this action.',
        tone: 'danger',
      }),
    )
  })

  it('does not deactivate the current user, and says so', async () => {
    const { server, toasts, find, bar, press, pickAll } = await openUsers([
      user,
      ...people.slice(0, 2),
    ])
    pickAll()
    await eventually(() => expect(bar()?.textContent).toContain('3 selected'))
    press('Deactivate')

    await eventually(() => expect(find('[role=dialog]')?.textContent).toContain('your own account'))
    expect(toasts[0]?.text).toBe('2 of 3 changed.')
    expect(
      server.asked
        .filter(({ call }) => call === BULK)
        .map(({ body }) => (JSON.parse(body) as { ids: string[] }).ids),
    ).toEqual([ids.slice(0, 2)])
    expect(bar()).toBeNull()
    press('Close', find('[role=dialog]'))
    await eventually(() => expect(document.activeElement).toBe(find('h1')))
  })

  it('keeps the focus on the bar while it runs, and moves it to the heading when the bar disappears', async () => {
    const { server, find, bar, press, pickAll } = await openUsers()
    const { handler, waiting } = holdBack()
    server.on(BULK, handler)
    pickAll()
    await eventually(() => expect(bar()).not.toBeNull())
    press('Deactivate')
    await eventually(() => expect(waiting).toHaveLength(1))
    expect(document.activeElement).toBe(bar())

    server.on(BULK, changedBy)
    waiting.pop()?.()
    await eventually(() => expect(bar()).toBeNull())
    await eventually(() => expect(document.activeElement).toBe(find('h1')))
  })
})

describe('clearing the filters', () => {
  it('moves the focus to the first filter', async () => {
    const { router, find, press } = await openUsers()
    await router.push('/users?role=user')
    await eventually(() => press('Clear filters', find('section')))

    await eventually(() => expect(router.currentRoute.value.query).toEqual({}))
    expect(document.activeElement?.textContent?.trim()).toBe('Role')
  })
})

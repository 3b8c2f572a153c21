// What the layout keeps when the page or the user changes.
import { beforeAll, describe, expect, it } from 'vitest'
import { defineComponent, h, ref } from 'vue'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { mountPages } from '@tests/mounted'
import { eventually, openTab } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./ConsoleLayout.vue'))

/** A page with state: it remembers the id with which it was created. */
const Page = defineComponent({
  props: { id: { type: String, default: '' } },
  setup(props) {
    const began = ref(props.id)
    return () => h('h1', { tabindex: -1 }, `${props.id}, begun as ${began.value}`)
  },
})

async function openConsole(path: string) {
  const { server, origin } = await startApiServer()
  const bea = { ...user, id: '0192f0c0-0000-7000-8000-000000000002', name: 'Bea' }
  server.on('POST /api/login', ({ body }) =>
    JSON.parse(body).email === user.email ? signedIn('ada') : signedIn('bea', { user: bea }),
  )
  server.on('GET /api/me', ({ headers }) => {
    const isAda = headers.authorization === 'Bearer ada'
    return {
      status: 200,
      body: { ...(isAda ? user : bea), permissions: isAda ? ['users:read', 'audit:read'] : [] },
    }
  })
  const { session } = await openTab(origin)
  const signIn = (email: string) => session.signIn({ email, password: 'correct horse battery' })
  await signIn(user.email)
  const { default: ConsoleLayout } = await import('./ConsoleLayout.vue')
  const children = ['users', 'audit', 'status', 'account'].map((name) => ({
    path: name,
    name,
    component: Page,
  }))
  const pages = await mountPages(path, [
    {
      path: '/',
      component: ConsoleLayout,
      children: [
        ...children,
        { path: '', name: 'home', component: Page },
        { path: 'users/:id', name: 'user', component: Page, props: true },
      ],
    },
  ])
  return { ...pages, signIn }
}

describe('the layout', () => {
  it('creates a new page for another user, and keeps the page when only the query changes', async () => {
    const { router, place } = await openConsole('/users/a')
    await router.push('/users/b')
    await eventually(() => expect(place.querySelector('h1')?.textContent).toBe('b, begun as b'))

    const page = place.querySelector('h1')
    await router.push('/users/b?from=elsewhere')
    expect(place.querySelector('h1')).toBe(page)
  })

  it('shows the navigation that the current user’s permissions allow, also after another user signs in', async () => {
    const { place, signIn } = await openConsole('/account')
    const links = () =>
      [...place.querySelectorAll('nav a')].map(({ textContent }) => textContent?.trim())
    await eventually(() => expect(links()).toEqual(['Users', 'Audit log']))

    await signIn('bea@example.com')

    await eventually(() => expect(place.querySelector('header')?.textContent).toContain('Bea'))
    await eventually(() => expect(links()).toEqual([]))
  })
})

import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { expect, it, onTestFinished } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

it('a command for a user shows name and e-mail address, and isolates a name that is written from right to left', async () => {
  const { server, origin } = await startApiServer()
  server.on('POST /api/refresh', signedIn('first'))
  const page = { size: 6, next: null, prev: null }
  server.on('GET /api/users', { status: 200, body: { items: [{ ...user, name: 'שלום' }], page } })
  const { session } = await openTab(origin)
  await session.restore()
  const { useUserCommands } = await import('./useUserCommands')
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [{ path: '/', component: { render: () => null } }],
  })
  const queryClient = new QueryClient({ defaultOptions: { queries: { networkMode: 'always' } } })
  onTestFinished(() => queryClient.clear())

  const words = shallowRef('')
  const commands = runInApp(
    () => useUserCommands(words),
    router,
    (app) => VueQueryPlugin.install(app, { queryClient }),
  )
  words.value = 'שלום'
  await nextTick()
  await eventually(() =>
    expect(commands.value.map(({ text }) => text)).toEqual(['\u2068שלום\u2069 · ada@example.com']),
  )
})

import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { describe, expect, it } from 'vitest'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { eventually, openTab } from '@tests/openTab'
import { runInApp } from '@tests/runInApp'

const other = { ...user, id: '0192f0c0-0000-7000-8000-000000000002', name: 'Ben' }

async function openActivation() {
  const { server, origin } = await startApiServer()
  server.on('POST /api/login', signedIn('fresh'))
  for (const one of [user, other])
    server.on(`PATCH /api/users/${one.id}`, ({ body }) => ({
      status: 200,
      body: { ...one, ...(JSON.parse(body) as object), version: 2 },
    }))
  const { session } = await openTab(origin)
  await session.signIn({ email: user.email, password: 'correct horse battery' })
  const { useActivation } = await import('./useActivation')
  const { open } = await import('@/ui/questions')
  const { toasts } = await import('@/ui/toasts')
  const activation = runInApp(useActivation, (app) =>
    VueQueryPlugin.install(app, { queryClient: new QueryClient() }),
  )
  const changes = () => server.asked.filter(({ call }) => call.startsWith('PATCH'))
  return { ...activation, open, toasts, changes }
}

describe('deactivating', () => {
  it('the current user asks for confirmation and offers no undo', async () => {
    const { deactivate, open, toasts, changes } = await openActivation()

    const kept = deactivate(user)
    expect(open.value?.question).toMatchObject({
      title: 'Deactivate your own account?',
      danger: true,
    })
    open.value?.answer(false)
    await kept
    expect(changes()).toEqual([])

    const done = deactivate(user)
    open.value?.answer(true)
    await done
    expect(changes()).toHaveLength(1)
    expect(toasts).toEqual([])
  })

  it('another user takes effect at once and can be undone', async () => {
    const { deactivate, open, toasts, changes } = await openActivation()

    await deactivate(other)
    expect(open.value).toBeNull()
    expect(toasts[0]?.text).toBe('Ben was deactivated and signed out on all devices.')

    toasts[0]?.action?.run()
    await eventually(() =>
      expect(changes().map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        { isActive: false },
        { isActive: true },
      ]),
    )
  })
})

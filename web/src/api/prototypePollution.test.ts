// ASVS 15.3.6: `__proto__` and `constructor` are plain field names in what the server sends.
import { describe, expect, it } from 'vitest'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { openTab } from '@tests/openTab'

const HOSTILE = '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"isAdmin": true}}}'

function expectClean(): void {
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  expect(([] as unknown as Record<string, unknown>).isAdmin).toBeUndefined()
}

describe('prototype pollution', () => {
  it('__proto__ and constructor in a response of the server do not change Object.prototype', async () => {
    const { server, origin } = await startApiServer()
    const hostile = JSON.parse(HOSTILE) as Record<string, unknown>
    server.on('POST /api/login', () => signedIn('ada', { user: { ...user, ...hostile } }))
    server.on('GET /api/me', () => ({
      status: 200,
      body: { ...user, ...hostile, permissions: [] },
    }))
    const { session } = await openTab(origin)
    await session.signIn({ email: user.email, password: 'correct horse battery' })
    expectClean()
  })
})

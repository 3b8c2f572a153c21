// ASVS 15.3.6: names that objects inherit from are plain names in what the server, the address and the storage say.
import { describe, expect, it } from 'vitest'
import { signedIn, startApiServer, user } from '@tests/apiServer'
import { openTab } from '@tests/openTab'

const HOSTILE = '{"__proto__": {"isAdmin": true}, "constructor": {"prototype": {"isAdmin": true}}}'

function expectClean(): void {
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  expect(([] as unknown as Record<string, unknown>).isAdmin).toBeUndefined()
}

describe('no object inherits', () => {
  it('what an answer of the server says', async () => {
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

import { beforeEach, describe, expect, it, vi } from 'vitest'

async function openAt(address: string) {
  window.happyDOM.setURL(`https://hallpass.test${address}`)
  const link = await import('@/welcome/linkToken')
  link.takeLinkToken()
  return link
}

beforeEach(() => {
  vi.resetModules()
})

describe('the token of a one-time link', () => {
  it('leaves the address bar, and nothing else does', async () => {
    const { linkToken } = await openAt('/welcome?lang=en#secret-token')

    expect(linkToken()).toBe('secret-token')
    expect(location.href).toBe('https://hallpass.test/welcome?lang=en')
  })

  it('is forgotten once it has done its work', async () => {
    const { linkToken, dropLinkToken } = await openAt('/welcome#secret-token')

    dropLinkToken()

    expect(linkToken()).toBeNull()
  })

  it.each(['/welcome', '/welcome#', '/users#part'])('is not seen in %s', async (address) => {
    const { linkToken } = await openAt(address)

    expect(linkToken()).toBeNull()
    expect(location.href).toBe(`https://hallpass.test${address}`)
  })
})

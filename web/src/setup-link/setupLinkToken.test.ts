import { beforeEach, describe, expect, it, vi } from 'vitest'

const TOKEN = `hpl_${'secret-token_'.repeat(7).slice(0, 82)}`
const opened = { kind: 'complete', token: TOKEN }

async function openAt(address: string) {
  window.happyDOM.setURL(`https://hallpass.test${address}`)
  const link = await import('./setupLinkToken')
  link.takeSetupLinkToken()
  return link
}

beforeEach(() => {
  vi.resetModules()
})

describe('the token of a one-time link', () => {
  it('is removed from the address bar, and the query stays', async () => {
    const { openedSetupLink } = await openAt(`/welcome?lang=en#${TOKEN}`)

    expect(openedSetupLink()).toEqual(opened)
    expect(location.href).toBe('https://hallpass.test/welcome?lang=en')
  })

  it.each([
    `/welcome/#${TOKEN}`,
    `/welcome%23${TOKEN}`,
    `/welcome%2523${TOKEN}.`,
    `/welcome?%23${TOKEN}`,
    `/welcome?token=${TOKEN}`,
    `/welcome#https://hallpass.test/welcome#${TOKEN}`,
  ])(
    'is found in a link that a mail program has changed, and removed from the address bar: %s',
    async (address) => {
      const { openedSetupLink } = await openAt(address)

      expect(openedSetupLink()).toEqual(opened)
      expect(location.href).toBe('https://hallpass.test/welcome')
    },
  )

  it('is removed from the address bar even if it is incomplete', async () => {
    const { openedSetupLink } = await openAt(`/welcome?lang=en#${TOKEN.slice(0, 40)}`)

    expect(openedSetupLink()).toEqual({ kind: 'incomplete' })
    expect(location.href).toBe('https://hallpass.test/welcome?lang=en')
  })

  it('is forgotten after dropSetupLinkToken', async () => {
    const { openedSetupLink, dropSetupLinkToken } = await openAt(`/welcome#${TOKEN}`)

    dropSetupLinkToken()

    expect(openedSetupLink()).toEqual({ kind: 'none' })
  })

  it.each(['/welcome', '/welcome#', '/users#part', '/welcome-back#part', '/welcome/back#part'])(
    'is not read from %s, and the address stays',
    async (address) => {
      const { openedSetupLink } = await openAt(address)

      expect(openedSetupLink()).toEqual({ kind: 'none' })
      expect(location.href).toBe(`https://hallpass.test${address}`)
    },
  )
})

// Loads the console's modules as one tab would. Every call of `openTab` is a tab of its own, on the same origin.
import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished, vi } from 'vitest'

/** The marker cookie, as the server sets and clears it. */
export const SESSION_MARKER = '__Host-hallpass-present=1; Path=/; Secure; SameSite=Strict'

/** Opens a tab. `cookie` is the state of the marker cookie, which the server sets with the session cookie. */
export async function openTab(
  origin: string,
  cookie: 'present' | 'missing' | 'as it was' = 'present',
) {
  vi.resetModules()
  window.happyDOM.setURL(`${origin}/users`)
  if (cookie !== 'as it was')
    document.cookie = `${SESSION_MARKER}; Max-Age=${cookie === 'present' ? 60 : 0}`
  setActivePinia(createPinia())
  const { useSessionStore } = await import('@/auth/sessionStore')
  const { carryTokensOf } = await import('@/api/client')
  const { listUsers } = await import('@/api/users')
  const { Problem } = await import('@/api/problem')
  const session = useSessionStore()
  carryTokensOf(session)
  onTestFinished(() => session.$dispose())
  return { session, listUsers, Problem }
}

/** Retries an expectation for up to 15 s, for results of other tasks; that is enough on a busy machine. */
export function eventually<T>(expectation: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(expectation, { timeout: 15_000 })
}

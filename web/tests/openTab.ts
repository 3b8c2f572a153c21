// The console's modules as one tab has them: every call is a tab of its own, on the same origin.
import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished, vi } from 'vitest'

/** How the server sets and clears it. */
export const SESSION_MARKER = '__Host-hallpass-present=1; Path=/; Secure; SameSite=Strict'

/** What the server sets beside the session's cookie: a new tab finds it unless told otherwise. */
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

/** Waits for something that other tasks bring about: as long as a machine with much to do may take. */
export function eventually<T>(expectation: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(expectation, { timeout: 15_000 })
}

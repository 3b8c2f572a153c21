// The console's modules as one tab has them: every call is a tab of its own, on the same origin.
import { createPinia, setActivePinia } from 'pinia'
import { onTestFinished, vi } from 'vitest'

export async function openTab(origin: string) {
  vi.resetModules()
  window.happyDOM.setURL(`${origin}/users`)
  setActivePinia(createPinia())
  const { useSessionStore } = await import('@/session/sessionStore')
  const { carryTokensOf } = await import('@/api/client')
  const { listUsers } = await import('@/api/users')
  const { Problem } = await import('@/api/problem')
  const session = useSessionStore()
  carryTokensOf(session)
  onTestFinished(() => session.$dispose())
  return { session, listUsers, Problem }
}

/** Waits for something that other tasks bring about. */
export const eventually = vi.waitFor

import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { signIn as requestSignIn } from '@/api/login'
import { signOut as requestSignOut } from '@/api/logout'
import { Problem } from '@/api/problem'
import { redeemSetupLink } from '@/api/recovery'
import { refresh } from '@/api/refresh'
import type { Credentials, SignedIn, SignedInUser } from '@/api/types'
import { backoff } from '@/retry/backoff'
import { exclusively } from './exclusively'
import { openSessionChannel } from './sessionChannel'
import { mayHoldSession } from './sessionMarker'
import { startPause, type Pause } from '@/retry/startPause'

export type SessionState =
  | { kind: 'unknown' }
  /** The server could not be asked whether there is a session. `retryAt`: time of the next retry, in ms since the epoch. */
  | { kind: 'unreachable'; problem: Problem; retryAt: number }
  | { kind: 'signedIn'; user: SignedInUser }
  | { kind: 'signedOut'; reason: SignedOutReason }

/**
 * `none`: there was no session; `ended`: the server ended the session; `left`: the user signed out, in any tab;
 * `cookieRefused`: the sign-in succeeded, but the browser did not keep the session cookie.
 */
export type SignedOutReason = 'none' | 'ended' | 'left' | 'cookieRefused'

/** An access token that expires within this time is renewed before it is sent. */
const MARGIN_MS = 10_000

export const useSessionStore = defineStore('session', () => {
  const state = shallowRef<SessionState>({ kind: 'unknown' })
  const user = computed(() => (state.value.kind === 'signedIn' ? state.value.user : null))

  // Only in memory and in this closure: neither in storage nor in Pinia's state.
  let access: { token: string; freshUntil: number } | null = null
  // Counts sign-ins, renewals and ends of the session, so that a late response to an earlier request changes nothing.
  let epoch = 0
  let renewal: Promise<void> | null = null
  let restoring: Promise<void> | null = null
  let pause: Pause | null = null

  const channel = openSessionChannel((news) => {
    if (news.kind === 'signed-out') end('left')
    // Another tab signed in, perhaps as a different user. The cookie is that user's now, so this tab must show that user.
    else if (user.value?.id !== news.userId && state.value.kind !== 'unknown')
      void renewSession().catch(() => undefined)
  })

  onScopeDispose(channel.close)

  function begin(signedIn: SignedIn): void {
    epoch += 1
    const lifetime = signedIn.expiresIn * 1_000
    access = {
      token: signedIn.accessToken,
      freshUntil: Date.now() + Math.max(lifetime - MARGIN_MS, lifetime / 2),
    }
    state.value = { kind: 'signedIn', user: signedIn.user }
  }

  function end(reason: SignedOutReason): void {
    epoch += 1
    access = null
    state.value = { kind: 'signedOut', reason }
  }

  /** Runs one refresh at a time, in this tab and across tabs. Only a 401 ends the session; other failures are thrown. */
  function renewSession(): Promise<void> {
    const asked = epoch
    renewal ??= exclusively('hallpass:refresh', async () => {
      if (epoch !== asked) return
      try {
        const signedIn = await refresh()
        if (epoch === asked) begin(signedIn)
      } catch (thrown) {
        const problem = Problem.from(thrown)
        if (problem.status !== 401) throw problem
        if (epoch === asked) end(user.value ? 'ended' : 'none')
      }
    }).finally(() => {
      renewal = null
    })
    return renewal
  }

  /** Continues the cookie's session at page load, if there is one. Retries until the server answers. */
  function restore(): Promise<void> {
    restoring ??= keepAsking()
    return restoring
  }

  async function keepAsking(): Promise<void> {
    for (let attempt = 0; isOpen(state.value); attempt += 1) {
      // Without the marker cookie there is no session: no request is needed.
      if (!mayHoldSession()) return end('none')
      try {
        await renewSession()
      } catch (thrown) {
        // A sign-in succeeded while the refresh was pending.
        if (!isOpen(state.value)) return
        const problem = Problem.from(thrown)
        const wait = backoff(attempt, problem.retryAfter)
        state.value = { kind: 'unreachable', problem, retryAt: Date.now() + wait }
        pause = startPause(wait)
        await pause.over
      }
    }
  }

  /** Ends the wait before the next retry of `restore`. */
  function retryNow(): void {
    pause?.end()
  }

  async function signIn(credentials: Credentials): Promise<void> {
    await accept(await requestSignIn(credentials))
  }

  async function signInBySetupLink(token: string, password: string): Promise<void> {
    await accept(await redeemSetupLink(token, password))
  }

  async function accept(signedIn: SignedIn): Promise<void> {
    // Without the cookie, the session would end with its first access token, or with a reload.
    if (!(await isCookieKept())) return end('cookieRefused')
    begin(signedIn)
    channel.tell({ kind: 'signed-in', userId: signedIn.user.id })
  }

  /** Throws and stays signed in if the server does not confirm the sign-out: the cookie would still be valid. */
  async function signOut(): Promise<void> {
    await requestSignOut()
    end('left')
    channel.tell({ kind: 'signed-out' })
  }

  /** Replaces the data of the current user, for example after a change of the name. */
  function changeUser(now: SignedInUser): void {
    if (user.value?.id === now.id) state.value = { kind: 'signedIn', user: now }
  }

  async function current(): Promise<string | null> {
    if (access && Date.now() > access.freshUntil) await renewSession()
    return access?.token ?? null
  }

  async function renew(refused: string): Promise<string | null> {
    // Another request may have renewed the token while this one was on its way.
    if (access?.token === refused) await renewSession()
    return access?.token ?? null
  }

  return {
    state,
    user,
    restore,
    retryNow,
    signIn,
    signInBySetupLink,
    signOut,
    changeUser,
    current,
    renew,
  }
})

/**
 * Whether the browser kept the cookie of the sign-in that was just answered. Safari, for example, refuses Secure cookies
 * on http://localhost. If the marker cookie is missing, a refresh shows whether the session cookie arrives.
 */
async function isCookieKept(): Promise<boolean> {
  if (mayHoldSession()) return true
  try {
    await exclusively('hallpass:refresh', refresh)
    return true
  } catch (thrown) {
    return Problem.from(thrown).status !== 401
  }
}

/** Whether it is still unknown if there is a session. */
function isOpen(state: SessionState): boolean {
  return state.kind === 'unknown' || state.kind === 'unreachable'
}

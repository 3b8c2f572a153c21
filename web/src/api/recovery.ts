import { answer, publicApi } from './client'
import type { LinkInspection, SignedIn } from './types'

/** POST /api/recovery: sets the password of the account that the one-time link belongs to, and signs in. */
export function redeemSetupLink(token: string, password: string): Promise<SignedIn> {
  return answer(publicApi.POST('/api/recovery', { body: { token, password } }))
}

/** POST /api/recovery/inspect: returns the account that a one-time link belongs to. Does not use the link up. */
export function inspectSetupLink(token: string): Promise<LinkInspection> {
  return answer(publicApi.POST('/api/recovery/inspect', { body: { token } }))
}

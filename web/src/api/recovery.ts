import { answer, publicApi } from './client'
import type { LinkInspection, SignedIn } from './types'

/** POST /api/recovery: sets the password that a one-time link allows to set, and signs in. */
export function redeemSetupLink(token: string, password: string): Promise<SignedIn> {
  return answer(publicApi.POST('/api/recovery', { body: { token, password } }))
}

/** POST /api/recovery/inspect: whose account a one-time link opens. The link stays unused. */
export function inspectSetupLink(token: string): Promise<LinkInspection> {
  return answer(publicApi.POST('/api/recovery/inspect', { body: { token } }))
}

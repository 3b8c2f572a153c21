import { answer, publicApi } from './client'
import type { SignedIn } from './types'

/** POST /api/recovery: sets the password that a one-time link allows to set, and signs in. */
export function recover(token: string, password: string): Promise<SignedIn> {
  return answer(publicApi.POST('/api/recovery', { body: { token, password } }))
}

import { answer, publicApi } from './client'
import type { Credentials, SignedIn } from './types'

/** POST /api/login. The response also sets the session cookie. */
export function signIn(credentials: Credentials): Promise<SignedIn> {
  return answer(publicApi.POST('/api/login', { body: credentials }))
}

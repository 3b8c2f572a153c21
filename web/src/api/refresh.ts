import { answer, publicApi } from './client'
import type { SignedIn } from './types'

/** POST /api/refresh: continues the session of the cookie. 401 means that there is no session. */
export function refresh(): Promise<SignedIn> {
  return answer(publicApi.POST('/api/refresh', { body: {} }))
}

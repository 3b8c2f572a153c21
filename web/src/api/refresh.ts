import { answer, publicApi } from './client'
import type { SignedIn } from './types'

/** POST /api/refresh: goes on by the cookie. 401 means that there is no session to go on with. */
export function refresh(): Promise<SignedIn> {
  return answer(publicApi.POST('/api/refresh', { body: {} }))
}

import { answer, publicApi } from './client'

/** POST /api/logout: ends this browser's session. Idempotent. */
export async function signOut(): Promise<void> {
  await answer(publicApi.POST('/api/logout', { body: {} }))
}

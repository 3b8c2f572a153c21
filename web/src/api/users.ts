import { answer, signedInApi } from './client'
import type { UserPage } from './types'

export interface UserSearch {
  size: number
  cursor?: string | undefined
  q?: string | undefined
}

/** GET /api/users: one page by cursor, newest first. */
export function listUsers({ size, cursor, q }: UserSearch, signal?: AbortSignal): Promise<UserPage> {
  const query = { size, ...(cursor && { cursor }), ...(q && { q }) }
  return answer(signedInApi.GET('/api/users', { params: { query }, ...(signal && { signal }) }))
}

import { answer, signedInApi } from './client'
import type { Me } from './types'

/** GET /api/me: the current user and their permissions. */
export function showMe(signal?: AbortSignal): Promise<Me> {
  return answer(signedInApi.GET('/api/me', { ...(signal && { signal }) }))
}

/** PATCH /api/me. Throws 412 `stale` if the account no longer has this version. */
export function renameMe(name: string, version: number): Promise<Me> {
  return answer(
    signedInApi.PATCH('/api/me', {
      params: { header: { 'If-Match': `"${version}"` } },
      body: { name },
    }),
  )
}

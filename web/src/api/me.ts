import { answer, signedInApi } from './client'
import type { Me } from './types'

/** GET /api/me: oneself, with what one's roles allow at this moment. */
export function showMe(signal?: AbortSignal): Promise<Me> {
  return answer(signedInApi.GET('/api/me', { ...(signal && { signal }) }))
}

/** PATCH /api/me: 412 `stale` where the account is no longer at this version. */
export function renameMe(name: string, version: number): Promise<Me> {
  return answer(
    signedInApi.PATCH('/api/me', {
      params: { header: { 'If-Match': `"${version}"` } },
      body: { name },
    }),
  )
}

import { answer, signedInApi } from './client'
import type { System } from './types'

/** GET /api/system: the release, the instance that answers, and the database. */
export function showSystem(signal?: AbortSignal): Promise<System> {
  return answer(signedInApi.GET('/api/system', { ...(signal && { signal }) }))
}

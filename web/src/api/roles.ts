import { answer, signedInApi } from './client'
import type { Role } from './types'

/** GET /api/roles: all roles, and which of them the current user may assign. */
export async function listRoles(signal?: AbortSignal): Promise<Role[]> {
  return (await answer(signedInApi.GET('/api/roles', { ...(signal && { signal }) }))).items
}

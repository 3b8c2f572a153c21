import { answer, signedInApi } from './client'
import type { BulkChanges, BulkResult } from './types'

/** PATCH /api/users: the same change for many users, and what came of it for each. At most 100. */
export async function changeUsers(ids: string[], changes: BulkChanges): Promise<BulkResult[]> {
  return (await answer(signedInApi.PATCH('/api/users', { body: { ids, changes } }))).results
}

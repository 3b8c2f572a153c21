import { answer, signedInApi } from './client'
import type { BulkChanges, BulkResult } from './types'

/** PATCH /api/users: makes the same changes to at most 100 users, and returns the result for each. */
export async function changeUsers(ids: string[], changes: BulkChanges): Promise<BulkResult[]> {
  return (await answer(signedInApi.PATCH('/api/users', { body: { ids, changes } }))).results
}

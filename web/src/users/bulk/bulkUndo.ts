import type { BulkChanges, BulkResult, User } from '@/api/types'

export interface UndoStep {
  readonly users: readonly User[]
  readonly changes: BulkChanges
}

/**
 * Computes the changes that undo a bulk change, one step for all users with the same reverse change. A user who had a role
 * before it was added to all keeps it, and a user who never had a removed role does not get it.
 */
export function undoing(
  results: readonly BulkResult[],
  before: ReadonlyMap<string, User>,
  changes: BulkChanges,
): UndoStep[] {
  const steps = new Map<string, { users: User[]; changes: BulkChanges }>()
  for (const { outcome, id, user } of results) {
    const was = before.get(id)
    if (outcome !== 'changed' || !user || !was) continue
    const back = wayBack(was, user, changes)
    if (!back) continue
    const key = JSON.stringify(back)
    const step = steps.get(key) ?? { users: [], changes: back }
    step.users.push(user)
    steps.set(key, step)
  }
  return [...steps.values()]
}

function wayBack(was: User, is: User, changes: BulkChanges): BulkChanges | null {
  if (typeof changes.isActive === 'boolean') return { isActive: !changes.isActive }
  // Only the roles of this change: someone else may have changed other roles since.
  const removeRoles = (changes.addRoles ?? [])
    .filter((role) => is.roles.includes(role) && !was.roles.includes(role))
    .sort()
  const addRoles = (changes.removeRoles ?? [])
    .filter((role) => was.roles.includes(role) && !is.roles.includes(role))
    .sort()
  return addRoles.length + removeRoles.length > 0 ? { addRoles, removeRoles } : null
}

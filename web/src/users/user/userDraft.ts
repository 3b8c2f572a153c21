import type { User, UserChange } from '@/api/types'

/** The editable fields of a user. */
export interface UserDraft {
  name: string
  email: string
  roles: string[]
}

export type DraftField = keyof UserDraft
const DRAFT_FIELDS: readonly DraftField[] = ['name', 'email', 'roles']

export function draftOf({ name, email, roles }: User): UserDraft {
  return { name, email, roles: [...roles] }
}

/** The fields in which the draft differs. Unchanged fields are not sent, so that they cannot overwrite another change. */
export function changeOf(user: User, draft: UserDraft): UserChange {
  return {
    ...(differs('name', draft, user) && { name: draft.name.trim() }),
    ...(differs('email', draft, user) && { email: draft.email.trim() }),
    ...(differs('roles', draft, user) && { roles: draft.roles }),
  }
}

/** The draft after a save: the saved values, except for fields that were edited since `sent`. */
export function draftAfter(saved: User, sent: UserDraft, draft: UserDraft): UserDraft {
  const fresh = draftOf(saved)
  return {
    name: differs('name', draft, sent) ? draft.name : fresh.name,
    email: differs('email', draft, sent) ? draft.email : fresh.email,
    roles: differs('roles', draft, sent) ? draft.roles : fresh.roles,
  }
}

function differs(field: DraftField, one: UserDraft, other: UserDraft): boolean {
  if (field === 'roles') return [...one.roles].sort().join() !== [...other.roles].sort().join()
  return one[field].trim() !== other[field].trim()
}

/** A field with different values in the own draft and in the saved user. */
export interface Divergence {
  field: DraftField
  /** Who changed the field since the draft was begun. */
  changedBy: 'us' | 'them' | 'both'
}

/** The fields in which two edits of the same user differ. Equal edits are no difference. */
export function divergences(before: UserDraft, ours: UserDraft, theirs: UserDraft): Divergence[] {
  return DRAFT_FIELDS.filter((field) => differs(field, ours, theirs)).map((field) => {
    const byUs = differs(field, before, ours)
    const byThem = differs(field, before, theirs)
    return { field, changedBy: byUs && byThem ? 'both' : byUs ? 'us' : 'them' }
  })
}

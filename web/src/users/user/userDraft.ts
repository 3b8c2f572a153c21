import type { User, UserChange } from '@/api/types'

/** What can be edited of a user. */
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

/** Only what differs: what nobody touched is left to whoever else does. */
export function changeOf(user: User, draft: UserDraft): UserChange {
  return {
    ...(differs('name', draft, user) && { name: draft.name.trim() }),
    ...(differs('email', draft, user) && { email: draft.email.trim() }),
    ...(differs('roles', draft, user) && { roles: draft.roles }),
  }
}

/** What was saved, and over it what has been typed since it was sent. */
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

/** A field that somebody else has changed, or that we have: what each side wants. */
export interface Divergence {
  field: DraftField
  /** Who wants something new: only then is there a real choice. */
  changedBy: 'us' | 'them' | 'both'
}

/** How two edits of the same user differ. What both made equal is no difference. */
export function divergences(before: UserDraft, ours: UserDraft, theirs: UserDraft): Divergence[] {
  return DRAFT_FIELDS.filter((field) => differs(field, ours, theirs)).map((field) => {
    const byUs = differs(field, before, ours)
    const byThem = differs(field, before, theirs)
    return { field, changedBy: byUs && byThem ? 'both' : byUs ? 'us' : 'them' }
  })
}

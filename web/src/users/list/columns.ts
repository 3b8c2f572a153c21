import type { UserSort } from '@/api/users'
import type { PlainKey } from '@/i18n'

export interface Column {
  /** CSS class of the cells. */
  name: 'name' | 'email' | 'roles' | 'status' | 'seen' | 'since'
  text: Extract<PlainKey, `users.${string}`>
  /** The sort orders that the header offers: the first click selects the first one. */
  sorts?: readonly [UserSort, UserSort]
}

export const COLUMNS: readonly Column[] = [
  { name: 'name', text: 'users.name' },
  { name: 'email', text: 'users.email', sorts: ['email', '-email'] },
  { name: 'roles', text: 'users.roles' },
  { name: 'status', text: 'users.status' },
  { name: 'seen', text: 'users.lastSignIn' },
  { name: 'since', text: 'users.created', sorts: ['-createdAt', 'createdAt'] },
]

/** The value of `aria-sort`. */
export function orderOf({ sorts }: Column, sort: UserSort): 'ascending' | 'descending' | 'none' {
  if (!sorts?.includes(sort)) return 'none'
  return sort.startsWith('-') ? 'descending' : 'ascending'
}

/** The sort order after a click on the header. */
export function nextSort([first, second]: readonly [UserSort, UserSort], sort: UserSort): UserSort {
  return sort === first ? second : first
}

import type { UserSort } from '@/api/users'
import type { PlainKey } from '@/i18n'

export interface Column {
  /** The class of its cells. */
  name: 'name' | 'email' | 'roles' | 'status' | 'seen' | 'since'
  text: Extract<PlainKey, `users.${string}`>
  /** The orders its head offers: the one of the first click, then the other. */
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

/** As `aria-sort` says it. */
export function orderOf({ sorts }: Column, sort: UserSort): 'ascending' | 'descending' | 'none' {
  if (!sorts?.includes(sort)) return 'none'
  return sort.startsWith('-') ? 'descending' : 'ascending'
}

/** The order that a click on the head asks for. */
export function nextSort([first, second]: readonly [UserSort, UserSort], sort: UserSort): UserSort {
  return sort === first ? second : first
}

import { t, type PlainKey } from '@/i18n'
import type { SORTS } from './usersQuery'

type Sort = (typeof SORTS)[number]

const TEXTS = {
  '-createdAt': 'users.sort.newest',
  createdAt: 'users.sort.oldest',
  email: 'users.sort.email',
  '-email': 'users.sort.emailDown',
} as const satisfies Record<Sort, PlainKey>

/** The text of a sort order. */
export function sortText(sort: Sort): string {
  return t(TEXTS[sort])
}

export function isSort(name: string): name is Sort {
  return Object.hasOwn(TEXTS, name)
}

import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { UserSearch, UserSort } from '@/api/users'

export const PAGE_SIZES = [20, 50, 100] as const
export const SORTS = ['-createdAt', 'createdAt', 'email', '-email'] as const satisfies UserSort[]

/** What the list shows, as its address names it. */
export interface UsersQuery {
  q: string
  role: string
  /** '' is both. */
  active: '' | 'true' | 'false'
  sort: UserSort
  size: number
  /** '' is the first page. */
  cursor: string
}

const FIRST: UsersQuery = {
  q: '',
  role: '',
  active: '',
  sort: '-createdAt',
  size: PAGE_SIZES[0],
  cursor: '',
}

/** Reads an address; what it says wrongly counts as not said. */
export function readUsersQuery(query: LocationQuery): UsersQuery {
  const active = text(query.active)
  return {
    q: text(query.q),
    role: text(query.role),
    active: active === 'true' || active === 'false' ? active : '',
    sort: SORTS.find((sort) => sort === text(query.sort)) ?? FIRST.sort,
    size: PAGE_SIZES.find((size) => String(size) === text(query.size)) ?? FIRST.size,
    cursor: text(query.cursor),
  }
}

/** Writes an address; what goes without saying is left out. */
export function writeUsersQuery(query: UsersQuery): LocationQueryRaw {
  const keys = Object.keys(FIRST) as (keyof UsersQuery)[]
  return Object.fromEntries(
    keys.filter((key) => query[key] !== FIRST[key]).map((key) => [key, String(query[key])]),
  )
}

/** As the API is asked for it. */
export function toUserSearch({ active, ...rest }: UsersQuery): UserSearch {
  return { ...rest, ...(active && { active: active === 'true' }) }
}

/** Of a parameter given twice, the first. */
function text(parameter: unknown): string {
  const first: unknown = Array.isArray(parameter) ? parameter[0] : parameter
  return typeof first === 'string' ? first : ''
}

import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import type { UserSearch, UserSort } from '@/api/users'

export const PAGE_SIZES = [20, 50, 100] as const
export const SORTS = ['-createdAt', 'createdAt', 'email', '-email'] as const satisfies UserSort[]

/** Search, filters, order and page of the list, as in the address of the page. */
export interface UsersQuery {
  q: string
  role: string
  /** '' for both. */
  active: '' | 'true' | 'false'
  sort: UserSort
  size: number
  /** '' for the first page. */
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

/** Reads the query of an address. Invalid parameters are ignored. */
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

/** Writes the query of an address. Default values are omitted. */
export function writeUsersQuery(query: UsersQuery): LocationQueryRaw {
  const keys = Object.keys(FIRST) as (keyof UsersQuery)[]
  return Object.fromEntries(
    keys.filter((key) => query[key] !== FIRST[key]).map((key) => [key, String(query[key])]),
  )
}

/** Converts to the query parameters of the API. */
export function toUserSearch({ active, ...rest }: UsersQuery): UserSearch {
  return { ...rest, ...(active && { active: active === 'true' }) }
}

/** Returns the first value of a repeated parameter. */
function text(parameter: unknown): string {
  const first: unknown = Array.isArray(parameter) ? parameter[0] : parameter
  return typeof first === 'string' ? first : ''
}

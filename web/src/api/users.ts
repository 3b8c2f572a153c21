import { answer, signedInApi } from './client'
import type { paths } from './schema'
import type { UserPage } from './types'

/** The query parameters of GET /api/users. Empty ones are not sent. */
export type UserSearch = NonNullable<paths['/api/users']['get']['parameters']['query']>
export type UserSort = NonNullable<UserSearch['sort']>

/** GET /api/users: one page. */
export function listUsers(search: UserSearch, signal?: AbortSignal): Promise<UserPage> {
  const query = Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== '' && value !== undefined),
  )
  return answer(signedInApi.GET('/api/users', { params: { query }, ...(signal && { signal }) }))
}

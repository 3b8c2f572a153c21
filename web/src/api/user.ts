import { answer, signedInApi } from './client'
import type { CreatedUser, NewUser, User, UserChange } from './types'

/** GET /api/users/{id} */
export function showUser(id: string, signal?: AbortSignal): Promise<User> {
  return answer(
    signedInApi.GET('/api/users/{id}', { params: { path: { id } }, ...(signal && { signal }) }),
  )
}

/** PATCH /api/users/{id}: changes the given fields. Throws 412 `stale` if the user no longer has this version. */
export function changeUser(
  { id, version }: Pick<User, 'id' | 'version'>,
  change: UserChange,
): Promise<User> {
  const params = { path: { id }, header: { 'If-Match': `"${version}"` } }
  return answer(signedInApi.PATCH('/api/users/{id}', { params, body: change }))
}

/** POST /api/users. If `user` has no password, the response has the one-time link with which the user sets one. */
export function createUser(user: NewUser): Promise<CreatedUser> {
  return answer(signedInApi.POST('/api/users', { body: user }))
}

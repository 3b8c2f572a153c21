import { answer, signedInApi } from './client'
import type { CreatedUser, NewUser, User, UserChange } from './types'

/** GET /api/users/{id} */
export function showUser(id: string, signal?: AbortSignal): Promise<User> {
  return answer(
    signedInApi.GET('/api/users/{id}', { params: { path: { id } }, ...(signal && { signal }) }),
  )
}

/** PATCH /api/users/{id}: changes what is named, of the version that was read. 412 `stale` if there is a newer one. */
export function changeUser(
  { id, version }: Pick<User, 'id' | 'version'>,
  change: UserChange,
): Promise<User> {
  const params = { path: { id }, header: { 'If-Match': `"${version}"` } }
  return answer(signedInApi.PATCH('/api/users/{id}', { params, body: change }))
}

/** POST /api/users: without a password, the answer has the link with which the user sets one. */
export function createUser(user: NewUser): Promise<CreatedUser> {
  return answer(signedInApi.POST('/api/users', { body: user }))
}

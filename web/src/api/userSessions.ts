import { answer, signedInApi } from './client'
import type { Session } from './types'

/** GET /api/users/{id}/sessions: the live ones, newest first. */
export async function listUserSessions(id: string, signal?: AbortSignal): Promise<Session[]> {
  const call = signedInApi.GET('/api/users/{id}/sessions', { params: { path: { id } }, ...(signal && { signal }) })
  return (await answer(call)).items
}

/** DELETE /api/users/{id}/sessions/{sessionId} */
export async function endUserSession(id: string, sessionId: string): Promise<void> {
  await answer(signedInApi.DELETE('/api/users/{id}/sessions/{sessionId}', { params: { path: { id, sessionId } } }))
}

/** DELETE /api/users/{id}/sessions */
export async function endAllUserSessions(id: string): Promise<void> {
  await answer(signedInApi.DELETE('/api/users/{id}/sessions', { params: { path: { id } } }))
}

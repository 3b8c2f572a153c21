import { answer, signedInApi } from './client'
import type { SessionList } from './types'

/** GET /api/users/{id}/sessions: the user's active sessions, newest first, at most 100. */
export function listUserSessions(id: string, signal?: AbortSignal): Promise<SessionList> {
  return answer(
    signedInApi.GET('/api/users/{id}/sessions', {
      params: { path: { id } },
      ...(signal && { signal }),
    }),
  )
}

/** DELETE /api/users/{id}/sessions/{sessionId} */
export async function endUserSession(id: string, sessionId: string): Promise<void> {
  await answer(
    signedInApi.DELETE('/api/users/{id}/sessions/{sessionId}', {
      params: { path: { id, sessionId } },
    }),
  )
}

/** DELETE /api/users/{id}/sessions */
export async function endAllUserSessions(id: string): Promise<void> {
  await answer(signedInApi.DELETE('/api/users/{id}/sessions', { params: { path: { id } } }))
}

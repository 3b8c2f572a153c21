import { answer, signedInApi } from './client'
import { Problem } from './problem'
import type { SessionList } from './types'

/** GET /api/me/sessions: the current user's active sessions, newest first, at most 100. */
export function listOwnSessions(signal?: AbortSignal): Promise<SessionList> {
  return answer(signedInApi.GET('/api/me/sessions', { ...(signal && { signal }) }))
}

/** DELETE /api/me/sessions/{sessionId}. A session that has already ended (404) counts as success. */
export async function endOwnSession(sessionId: string): Promise<void> {
  try {
    await answer(
      signedInApi.DELETE('/api/me/sessions/{sessionId}', { params: { path: { sessionId } } }),
    )
  } catch (thrown) {
    if (Problem.from(thrown).status !== 404) throw thrown
  }
}

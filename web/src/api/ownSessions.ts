import { answer, signedInApi } from './client'
import { Problem } from './problem'
import type { SessionList } from './types'

/** GET /api/me/sessions: the user's own live sessions, the newest first, at most 100. */
export function listOwnSessions(signal?: AbortSignal): Promise<SessionList> {
  return answer(signedInApi.GET('/api/me/sessions', { ...(signal && { signal }) }))
}

/** DELETE /api/me/sessions/{sessionId}: one that has ended already is as it should be. */
export async function endOwnSession(sessionId: string): Promise<void> {
  try {
    await answer(
      signedInApi.DELETE('/api/me/sessions/{sessionId}', { params: { path: { sessionId } } }),
    )
  } catch (thrown) {
    if (Problem.from(thrown).status !== 404) throw thrown
  }
}

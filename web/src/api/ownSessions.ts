import { answer, signedInApi } from './client'
import { Problem } from './problem'
import type { Session } from './types'

/** GET /api/me/sessions: one's live sessions, the newest first, at most 100. */
export async function listOwnSessions(signal?: AbortSignal): Promise<Session[]> {
  const { items } = await answer(signedInApi.GET('/api/me/sessions', { ...(signal && { signal }) }))
  return items
}

/** DELETE /api/me/sessions/{sessionId}: one that has ended already is as it should be. */
export async function endOwnSession(sessionId: string): Promise<void> {
  try {
    await answer(signedInApi.DELETE('/api/me/sessions/{sessionId}', { params: { path: { sessionId } } }))
  } catch (thrown) {
    if (Problem.from(thrown).status !== 404) throw thrown
  }
}

import { useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { endOwnSession, listOwnSessions } from '@/api/ownSessions'
import type { Session, SessionList } from '@/api/types'
import { useApiQuery } from '@/api/useApiQuery'

export const OWN_SESSIONS = ['me', 'sessions'] as const

/** The current user's sessions: the current session first, then the most recently used. */
export function useOwnSessions() {
  const queries = useQueryClient()
  const { data, ...state } = useApiQuery({
    key: OWN_SESSIONS,
    ask: (_key, signal) => listOwnSessions(signal),
  })

  const sessions = computed(() => data.value?.items.toSorted(byUse))
  const others = computed(() => sessions.value?.filter(({ current }) => !current) ?? [])
  /** Whether the user has more sessions than the server lists. */
  const more = computed(() => data.value?.more ?? false)

  /**
   * Ends the sessions one by one, because the API has no request for "all but this one". Each is removed from the list
   * as soon as it has ended.
   */
  async function end(ending: readonly Session[]): Promise<void> {
    try {
      for (const { id } of ending) {
        await endOwnSession(id)
        queries.setQueryData<SessionList>(
          OWN_SESSIONS,
          (kept) => kept && { ...kept, items: kept.items.filter((session) => session.id !== id) },
        )
      }
    } finally {
      await queries.invalidateQueries({ queryKey: OWN_SESSIONS })
    }
  }

  return { sessions, others, more, end, ...state }
}

function byUse(one: Session, other: Session): number {
  return (
    Number(other.current) - Number(one.current) ||
    Date.parse(other.lastUsedAt) - Date.parse(one.lastUsedAt)
  )
}

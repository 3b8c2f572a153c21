import { computed } from 'vue'
import { checkHealth } from '@/api/health'
import { showSystem } from '@/api/system'
import { useApiQuery } from '@/api/useApiQuery'

export const EVERY_MS = 30_000
/** Share of the connections in use above which the runbook requires action. */
export const CONNECTIONS_HIGH = 0.8

export type Condition = 'asking' | 'healthy' | 'degraded' | 'unhealthy' | 'away'

/** The state of the system, read again every 30 s while the page is visible. */
export function useStatus() {
  const health = useApiQuery({
    key: ['status', 'health'],
    ask: (_key, signal) => checkHealth(signal),
    every: EVERY_MS,
  })
  const system = useApiQuery({
    key: ['status', 'system'],
    ask: (_key, signal) => showSystem(signal),
    every: EVERY_MS,
  })

  const condition = computed<Condition>(() => {
    // The current failure is more important than an earlier answer.
    if (health.problem.value) return 'away'
    return health.data.value?.status ?? 'asking'
  })

  function refetch(): void {
    health.refetch()
    system.refetch()
  }

  return { health, system, condition, refetch }
}

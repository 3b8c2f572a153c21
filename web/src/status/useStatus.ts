import { computed } from 'vue'
import { checkHealth } from '@/api/health'
import { showSystem } from '@/api/system'
import { useApiQuery } from '@/api/useApiQuery'

export const EVERY_MS = 30_000
/** Of the connections: beyond it the runbook wants something done. */
export const CONNECTIONS_HIGH = 0.8

export type Condition = 'asking' | 'healthy' | 'degraded' | 'unhealthy' | 'away'

/** How the system is, asked anew while somebody looks. */
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
    // No answer now counts for more than one from before.
    if (health.problem.value) return 'away'
    return health.data.value?.status ?? 'asking'
  })

  function refetch(): void {
    health.refetch()
    system.refetch()
  }

  return { health, system, condition, refetch }
}

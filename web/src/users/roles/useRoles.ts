import { computed } from 'vue'
import { listRoles } from '@/api/roles'
import { useApiQuery } from '@/api/useApiQuery'

/** All roles, and the names of those that the current user may assign (`grantable`). */
export function useRoles() {
  const { data, problem, retryAt, refetch } = useApiQuery({
    key: () => ['roles'] as const,
    ask: (_key, signal) => listRoles(signal),
  })
  const roles = computed(() => data.value ?? [])
  const grantable = computed(
    () => new Set(roles.value.filter((role) => role.grantable).map(({ name }) => name)),
  )
  return { roles, grantable, problem, retryAt, refetch }
}

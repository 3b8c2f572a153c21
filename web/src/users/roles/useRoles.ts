import { computed } from 'vue'
import { listRoles } from '@/api/roles'
import { useApiQuery } from '@/api/useApiQuery'

/** The roles there are; those that the caller may give first. */
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

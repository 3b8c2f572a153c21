import { computed } from 'vue'
import { showMe } from '@/api/me'
import { useApiQuery } from '@/api/useApiQuery'

export type Permission =
  'users:read' | 'users:write' | 'sessions:revoke' | 'audit:read' | 'system:operate'

export const ME = ['me'] as const

/** The current user and their permissions, read once and cached for all pages. */
export function useMe() {
  const { data: me, ...state } = useApiQuery({ key: ME, ask: (_key, signal) => showMe(signal) })
  /** False until the permissions are known. Only hides controls: the server checks every request itself. */
  const may = (permission: Permission): boolean =>
    me.value?.permissions.includes(permission) ?? false
  /** True if the permissions are known and this one is missing. */
  const mayNot = (permission: Permission) =>
    computed(() => me.value !== undefined && !may(permission))
  return { me, may, mayNot, ...state }
}

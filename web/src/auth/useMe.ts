import { computed } from 'vue'
import { showMe } from '@/api/me'
import { useApiQuery } from '@/api/useApiQuery'

export type Permission =
  'users:read' | 'users:write' | 'sessions:revoke' | 'audit:read' | 'system:operate'

export const ME = ['me'] as const

/** Oneself, and what one may do: asked once and kept for the pages that want to know. */
export function useMe() {
  const { data: me, ...state } = useApiQuery({ key: ME, ask: (_key, signal) => showMe(signal) })
  /** False until it is known. What is hidden is refused by the server all the same. */
  const may = (permission: Permission): boolean =>
    me.value?.permissions.includes(permission) ?? false
  /** It is known that it is not allowed. */
  const mayNot = (permission: Permission) =>
    computed(() => me.value !== undefined && !may(permission))
  return { me, may, mayNot, ...state }
}

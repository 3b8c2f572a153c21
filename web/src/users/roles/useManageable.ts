import { computed } from 'vue'
import type { User } from '@/api/types'
import { useRoles } from './useRoles'

/** A user is manageable if the current user may assign all roles that the user has. */
export function useManageable() {
  const { roles, grantable } = useRoles()
  return {
    known: computed(() => roles.value.length > 0),
    isManageable: (user: Pick<User, 'roles'>) =>
      user.roles.every((role) => grantable.value.has(role)),
  }
}

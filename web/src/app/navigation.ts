import { Activity, ScrollText, Users } from '@lucide/vue'
import { computed, type Component } from 'vue'
import type { PlainKey } from '@/i18n'
import { useMe, type Permission } from '@/auth/useMe'

interface Place {
  /** Name of the route. */
  name: string
  text: Extract<PlainKey, `page.${string}`>
  icon: Component
  /** The permission without which the entry is hidden. */
  needs?: Permission
}

/** The entries of the navigation, in the order in which they are shown. */
const PLACES: readonly Place[] = [
  { name: 'users', text: 'page.users', icon: Users, needs: 'users:read' },
  { name: 'audit', text: 'page.audit', icon: ScrollText, needs: 'audit:read' },
  { name: 'status', text: 'page.status', icon: Activity, needs: 'system:operate' },
]

/** The entries of the navigation that the current user has permission for. */
export function usePlaces() {
  const { may } = useMe()
  return computed(() => PLACES.filter(({ needs }) => !needs || may(needs)))
}

import { Activity, ScrollText, Users } from '@lucide/vue'
import { computed, type Component } from 'vue'
import type { PlainKey } from '@/i18n'
import { useMe, type Permission } from '@/auth/useMe'

interface Place {
  /** Of the route. */
  name: string
  text: Extract<PlainKey, `page.${string}`>
  icon: Component
  /** Without this permission it is not shown. */
  needs?: Permission
}

/** The pages that stand in the navigation, in its order. */
const PLACES: readonly Place[] = [
  { name: 'users', text: 'page.users', icon: Users, needs: 'users:read' },
  { name: 'audit', text: 'page.audit', icon: ScrollText, needs: 'audit:read' },
  { name: 'status', text: 'page.status', icon: Activity, needs: 'system:operate' },
]

/** Those that the user may open. */
export function usePlaces() {
  const { may } = useMe()
  return computed(() => PLACES.filter(({ needs }) => !needs || may(needs)))
}

import { Users } from '@lucide/vue'
import type { Component } from 'vue'
import type { PlainKey } from '@/i18n'

export interface Place {
  /** Of the route. */
  name: string
  text: Extract<PlainKey, `page.${string}`>
  icon: Component
}

/** The pages that stand in the navigation, in its order. */
export const PLACES: readonly Place[] = [{ name: 'users', text: 'page.users', icon: Users }]

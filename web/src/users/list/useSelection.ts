import { computed, shallowRef } from 'vue'
import type { User } from '@/api/types'

export type Selection = ReturnType<typeof useSelection>

/** The users selected in a list. The selection is kept when the reader opens another page of the list. */
export function useSelection() {
  const chosen = shallowRef<ReadonlyMap<string, User>>(new Map())
  // Id of the user whose row was toggled last: the start of a range.
  let anchor: string | null = null

  function set(users: readonly User[], on: boolean): void {
    const now = new Map(chosen.value)
    for (const user of users) {
      if (on) now.set(user.id, user)
      else now.delete(user.id)
    }
    chosen.value = now
  }

  /** Toggles one row. If `page` is given, toggles all rows from the last toggled one to this one. */
  function toggle(user: User, on: boolean, page: readonly User[] = []): void {
    const from = page.findIndex(({ id }) => id === anchor)
    const to = page.findIndex(({ id }) => id === user.id)
    set(from < 0 || to < 0 ? [user] : page.slice(Math.min(from, to), Math.max(from, to) + 1), on)
    anchor = user.id
  }

  return {
    users: computed(() => [...chosen.value.values()]),
    count: computed(() => chosen.value.size),
    has: (user: Pick<User, 'id'>) => chosen.value.has(user.id),
    toggle,
    set,
    clear: () => {
      chosen.value = new Map()
      anchor = null
    },
  }
}

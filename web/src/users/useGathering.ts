import { shallowRef } from 'vue'
import type { User } from '@/api/types'
import { listUsers } from '@/api/users'
import { toUserSearch, type UsersQuery } from './usersQuery'

/** The most rows a page of the API has. */
const PAGE = 100

/** Collects everybody that a list shows on all its pages. For lists that have an exact total, which are short. */
export function useGathering() {
  const isGathering = shallowRef(false)

  async function gather(shown: UsersQuery): Promise<User[]> {
    isGathering.value = true
    try {
      const users: User[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await listUsers({
          ...toUserSearch({ ...shown, cursor, size: PAGE }),
          total: 'none',
        })
        users.push(...page.items)
        cursor = page.page.next ?? null
      }
      return users
    } finally {
      isGathering.value = false
    }
  }

  return { isGathering, gather }
}

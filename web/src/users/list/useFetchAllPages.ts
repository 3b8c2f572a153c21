import { shallowRef } from 'vue'
import type { User } from '@/api/types'
import { listUsers } from '@/api/users'
import { toUserSearch, type UsersQuery } from './usersQuery'

/** The most rows a page of the API has. */
const PAGE = 100

/** Collects everybody that a list shows on all its pages. For lists that have an exact total, which are short. */
export function useFetchAllPages() {
  const isFetchingAll = shallowRef(false)

  async function fetchAllPages(shown: UsersQuery): Promise<User[]> {
    isFetchingAll.value = true
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
      isFetchingAll.value = false
    }
  }

  return { isFetchingAll, fetchAllPages }
}

import { shallowRef } from 'vue'
import type { User } from '@/api/types'
import { listUsers } from '@/api/users'
import { toUserSearch, type UsersQuery } from './usersQuery'

/** Maximum page size of the API. */
const PAGE = 100

/** Fetches all users of a list, page by page. Only for lists with an exact total, because these are short. */
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

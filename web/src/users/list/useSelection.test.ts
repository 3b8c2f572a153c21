import { describe, expect, it } from 'vitest'
import type { User } from '@/api/types'
import { useSelection } from './useSelection'
import { user } from '@tests/apiServer'

const page = (...ids: string[]): User[] => ids.map((id) => ({ ...user, id }))

describe('a selection', () => {
  it('includes the rows between the last selected one and this one, in either direction', () => {
    const rows = page('a', 'b', 'c', 'd', 'e')
    const { toggle, users } = useSelection()
    const [, b, , d] = rows as [User, User, User, User, User]
    toggle(d, true)
    toggle(b, true, rows)
    expect(users.value.map(({ id }) => id)).toEqual(['d', 'b', 'c'])
    toggle(d, false, rows)
    expect(users.value).toEqual([])
  })

  it('is kept on other pages, and a range does not extend over pages', () => {
    const first = page('a', 'b')
    const second = page('c', 'd')
    const { toggle, has, count } = useSelection()
    toggle(first[0] as User, true)
    toggle(second[1] as User, true, second)
    expect([has({ id: 'a' }), has({ id: 'c' }), has({ id: 'd' }), count.value]).toEqual([
      true,
      false,
      true,
      2,
    ])
  })
})

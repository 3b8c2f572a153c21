import { describe, expect, it } from 'vitest'
import type { BulkResult, User } from '@/api/types'
import { undoing } from './bulkUndo'
import { user } from '@tests/apiServer'

const person = (id: string, roles: string[]): User => ({ ...user, id, roles })
const before = (...people: User[]) => new Map(people.map((one) => [one.id, one]))
const changed = (...people: User[]): BulkResult[] =>
  people.map((one) => ({ id: one.id, outcome: 'changed', user: one }))
const told = (steps: ReturnType<typeof undoing>) =>
  steps.map(({ users, changes }) => [users.map(({ id }) => id), changes])

describe('undoing a bulk change', () => {
  it('removes an added role only from users who did not have it before', () => {
    const was = before(
      person('a', ['user']),
      person('b', ['user', 'viewer']),
      person('c', ['user', 'manager']),
    )
    const results = changed(
      person('a', ['user', 'viewer', 'manager']),
      person('b', ['user', 'viewer', 'manager']),
      person('c', ['user', 'viewer', 'manager']),
    )

    expect(
      told(undoing(results, was, { addRoles: ['viewer', 'manager'], removeRoles: [] })),
    ).toEqual([
      [['a'], { addRoles: [], removeRoles: ['manager', 'viewer'] }],
      [['b'], { addRoles: [], removeRoles: ['manager'] }],
      [['c'], { addRoles: [], removeRoles: ['viewer'] }],
    ])
  })

  it('restores a removed role only for users who had it before, in one step', () => {
    const was = before(
      person('a', ['user', 'viewer']),
      person('b', ['user', 'viewer']),
      person('c', ['user']),
    )
    const results = changed(person('a', ['user']), person('b', ['user']), person('c', ['user']))

    expect(told(undoing(results, was, { addRoles: [], removeRoles: ['viewer'] }))).toEqual([
      [['a', 'b'], { addRoles: ['viewer'], removeRoles: [] }],
    ])
  })

  it('skips users whom the change did not reach', () => {
    const was = before(person('a', ['user']), person('b', ['user']))
    const results: BulkResult[] = [
      { id: 'a', outcome: 'forbidden' },
      { id: 'b', outcome: 'unchanged', user: person('b', ['user']) },
    ]

    expect(undoing(results, was, { isActive: false })).toEqual([])
    expect(told(undoing(changed(person('a', ['user'])), was, { isActive: false }))).toEqual([
      [['a'], { isActive: true }],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { changeOf, divergences, draftOf } from './userDraft'
import { user } from '@tests/apiServer'

const before = draftOf(user)

describe('a draft', () => {
  it('changes only the fields that were edited', () => {
    expect(changeOf(user, { ...before, name: ' Ada ', roles: ['admin'] })).toEqual({})
    expect(changeOf(user, { ...before, name: 'Ada L.' })).toEqual({ name: 'Ada L.' })
    expect(changeOf(user, { ...before, roles: ['viewer', 'admin'] })).toEqual({
      roles: ['viewer', 'admin'],
    })
  })

  it('diverges from a saved change in the fields with different values', () => {
    const ours = { ...before, name: 'Ada L.', email: 'ada@example.org' }
    const theirs = { ...before, name: 'Ada K.', roles: ['viewer'] }
    expect(divergences(before, ours, theirs)).toEqual([
      { field: 'name', changedBy: 'both' },
      { field: 'email', changedBy: 'us' },
      { field: 'roles', changedBy: 'them' },
    ])
  })

  it('does not diverge from a saved change with the same values', () => {
    expect(
      divergences(before, { ...before, name: 'Ada L.' }, { ...before, name: 'Ada L. ' }),
    ).toEqual([])
    expect(
      divergences(before, { ...before, roles: ['a', 'b'] }, { ...before, roles: ['b', 'a'] }),
    ).toEqual([])
  })
})

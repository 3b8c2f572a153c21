import { describe, expect, it } from 'vitest'
import { changeOf, divergences, draftOf } from './userDraft'
import { user } from '@tests/apiServer'

const before = draftOf(user)

describe('a draft', () => {
  it('asks for nothing that nobody touched', () => {
    expect(changeOf(user, { ...before, name: ' Ada ', roles: ['admin'] })).toEqual({})
    expect(changeOf(user, { ...before, name: 'Ada L.' })).toEqual({ name: 'Ada L.' })
    expect(changeOf(user, { ...before, roles: ['viewer', 'admin'] })).toEqual({
      roles: ['viewer', 'admin'],
    })
  })

  it('of two people differs where they want different things', () => {
    const ours = { ...before, name: 'Ada L.', email: 'ada@example.org' }
    const theirs = { ...before, name: 'Ada K.', roles: ['viewer'] }
    expect(divergences(before, ours, theirs)).toEqual([
      { field: 'name', changedBy: 'both' },
      { field: 'email', changedBy: 'us' },
      { field: 'roles', changedBy: 'them' },
    ])
  })

  it('of two people who want the same does not differ', () => {
    expect(
      divergences(before, { ...before, name: 'Ada L.' }, { ...before, name: 'Ada L. ' }),
    ).toEqual([])
    expect(
      divergences(before, { ...before, roles: ['a', 'b'] }, { ...before, roles: ['b', 'a'] }),
    ).toEqual([])
  })
})

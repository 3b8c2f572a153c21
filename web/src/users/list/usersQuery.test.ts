import { describe, expect, it } from 'vitest'
import { readUsersQuery, writeUsersQuery } from './usersQuery'

describe('the address of the list of users', () => {
  it('omits default values', () => {
    expect(writeUsersQuery(readUsersQuery({}))).toEqual({})
    expect(
      writeUsersQuery(readUsersQuery({ size: '20', sort: '-createdAt', q: '', cursor: '' })),
    ).toEqual({})
  })

  it('is unchanged after it is read and written', () => {
    const full = {
      q: 'ada & co',
      role: 'admin',
      active: 'false',
      sort: 'email',
      size: '50',
      cursor: 'c2',
    }
    expect(writeUsersQuery(readUsersQuery(full))).toEqual(full)
  })

  it('ignores invalid parameters and repeated ones', () => {
    expect(
      readUsersQuery({ active: 'yes', sort: 'name', size: '7', q: ['first', 'second'] }),
    ).toEqual({
      q: 'first',
      role: '',
      active: '',
      sort: '-createdAt',
      size: 20,
      cursor: '',
    })
  })
})

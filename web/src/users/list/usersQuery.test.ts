import { describe, expect, it } from 'vitest'
import { readUsersQuery, writeUsersQuery } from './usersQuery'

describe('the address of the list', () => {
  it('says nothing that goes without saying', () => {
    expect(writeUsersQuery(readUsersQuery({}))).toEqual({})
    expect(
      writeUsersQuery(readUsersQuery({ size: '20', sort: '-createdAt', q: '', cursor: '' })),
    ).toEqual({})
  })

  it('comes back as it was', () => {
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

  it('counts what is wrong as not said', () => {
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

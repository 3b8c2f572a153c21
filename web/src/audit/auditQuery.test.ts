import { describe, expect, it } from 'vitest'
import { fromLocal, readAuditQuery, toLocal, writeAuditQuery } from './auditQuery'
import { detailText } from './events'
import { formatMoment } from '@/format/time'

const ID = '0192f0c0-0000-7000-8000-000000000001'

describe('the address of the audit log', () => {
  it('omits default values', () => {
    expect(writeAuditQuery(readAuditQuery({}))).toEqual({})
  })

  it('is unchanged after it is read and written', () => {
    const full = {
      event: 'login',
      severity: 'info',
      userId: ID,
      actorId: ID,
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-02-01T00:00:00.000Z',
      cursor: 'c2',
    }
    expect(writeAuditQuery(readAuditQuery(full))).toEqual(full)
  })

  it('ignores invalid parameters', () => {
    const wrong = {
      event: 'LOGIN; drop',
      severity: 'loud',
      userId: '7',
      actorId: ID.toUpperCase(),
      from: 'yesterday',
      to: '',
    }
    expect(writeAuditQuery(readAuditQuery(wrong))).toEqual({})
  })

  it('keeps a time that the field converts to local time and back', () => {
    const at = '2026-07-01T12:34:00.000Z'
    expect(fromLocal(toLocal(at))).toBe(at)
    expect(fromLocal('')).toBe('')
    expect(toLocal('')).toBe('')
  })
})

describe('a detail of an audit event', () => {
  it.each(['2026-11-23T14:05:06Z', '2026-11-23T14:05:06.123456+00:00'])(
    'shows a time in the format of the reader: %s',
    (at) => {
      expect(detailText(['validFrom', at])).toEqual({ name: 'Valid from', value: formatMoment(at) })
    },
  )
})

import { describe, expect, it } from 'vitest'
import { fromLocal, readAuditQuery, toLocal, writeAuditQuery } from '@/audit/auditQuery'
import { detailText, EVENTS, eventText } from '@/audit/events'
import { en } from '@/i18n/en'

const ID = '0192f0c0-0000-7000-8000-000000000001'

describe('the address of the log', () => {
  it('says nothing that goes without saying', () => {
    expect(writeAuditQuery(readAuditQuery({}))).toEqual({})
  })

  it('comes back as it was', () => {
    const full = { event: 'login', severity: 'info', userId: ID, actorId: ID, from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z', cursor: 'c2' }
    expect(writeAuditQuery(readAuditQuery(full))).toEqual(full)
  })

  it('counts what is wrong as not said', () => {
    const wrong = { event: 'LOGIN; drop', severity: 'loud', userId: '7', actorId: ID.toUpperCase(), from: 'yesterday', to: '' }
    expect(writeAuditQuery(readAuditQuery(wrong))).toEqual({})
  })

  it('keeps a moment through the field that shows it in local time', () => {
    const at = '2026-07-01T12:34:00.000Z'
    expect(fromLocal(toLocal(at))).toBe(at)
    expect(fromLocal('')).toBe('')
    expect(toLocal('')).toBe('')
  })
})

describe('an event', () => {
  it('has words if this release writes it, and its own name if not', () => {
    for (const event of EVENTS) expect(en).toHaveProperty([`audit.event.${event}`])
    expect(eventText('login_failed')).toBe('Sign-in failed')
    expect(eventText('moon_landing')).toBe('moon landing')
  })

  it('tells its details on one line each', () => {
    expect(detailText(['rolesBefore', ['admin', 'user']])).toEqual({ name: 'Roles before', value: 'admin, user' })
    expect(detailText(['reason', 'wrong_password'])).toEqual({ name: 'Reason', value: 'wrong password' })
    expect(detailText(['nested', { a: 1 }])).toEqual({ name: 'nested', value: '{"a":1}' })
  })
})

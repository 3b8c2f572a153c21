import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Session } from '@/api/types'
import { mounted } from '@tests/mounted'
import { showLanguage } from '@tests/showLanguage'
import SessionRow from './SessionRow.vue'

beforeEach(() => showLanguage('en'))
afterEach(() => showLanguage('en'))

const BERLIN = { city: 'Berlin', country: 'DE' }

describe('the row of a session', () => {
  const at = '2026-11-23T12:00:00Z'
  const session = {
    id: 'a',
    createdAt: at,
    lastUsedAt: at,
    idleExpiresAt: at,
    expiresAt: at,
    userAgent: 'curl/8.14.1',
    current: false,
  }

  /** The texts of the line below the device, without the separators. */
  function line(known: Partial<Session>): string[] {
    const place = mounted(SessionRow, { session: { ...session, ...known } })
    const parts = [...place.querySelectorAll('li p + p > span:not([aria-hidden])')]
    return parts.map((part) => part.textContent?.trim() ?? '')
  }

  it.each([
    [{ ip: '203.0.113.7', place: BERLIN }, 'Berlin, Germany · 203.0.113.7'],
    [{ ip: '203.0.113.7', place: { city: null, country: 'DE' } }, 'Germany · 203.0.113.7'],
    [{ ip: '203.0.113.7', place: null }, 'from 203.0.113.7'],
    [{ ip: null, place: null }, 'from an unknown address'],
    [{ ip: '203.0.113.7' }, 'from 203.0.113.7'],
  ])('with %j shows %j', (known, text) => {
    expect(line(known)[0]).toBe(text)
  })

  it('is in German if the console is in German', () => {
    showLanguage('de')
    expect(line({ ip: '203.0.113.7', place: BERLIN })[0]).toBe('Berlin, Deutschland · 203.0.113.7')
    expect(line({ ip: '203.0.113.7', place: null })[0]).toBe('von 203.0.113.7')
  })

  it('shows markup in the name of a city as text', () => {
    expect(line({ ip: null, place: { city: '<img src=x>', country: 'DE' } })[0]).toBe(
      '<img src=x>, Germany',
    )
    expect(document.querySelector('img')).toBeNull()
  })
})

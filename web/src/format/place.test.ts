// The geolocation of a session, in the reader's language.
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { createApp, h } from 'vue'
import { detailText } from '@/audit/events'
import type { Session } from '@/api/types'
import { placeText } from './place'
import { de } from '@/i18n/de'
import { en } from '@/i18n/en'
import { catalogue, spoken } from '@/i18n/language'
import SessionRow from '@/sessions/SessionRow.vue'

function speak(tongue: 'en' | 'de'): void {
  spoken.value = tongue
  catalogue.value = { en, de }[tongue]
}

beforeEach(() => speak('en'))
afterEach(() => speak('en'))

const BERLIN = { city: 'Berlin', country: 'DE' }

describe('a geolocation', () => {
  it.each([
    [BERLIN, 'Berlin, Germany'],
    [{ city: 'São Paulo', country: 'BR' }, 'São Paulo, Brazil'],
    [{ city: null, country: 'AT' }, 'Austria'],
    [{ country: 'XK' }, 'Kosovo'],
    [{ city: 'Singapore', country: 'SG' }, 'Singapore'],
    [{ city: 'Nowhere', country: 'QQ' }, 'Nowhere'],
    [{ city: null, country: 'not a code' }, ''],
    [{}, ''],
    [null, ''],
    [undefined, ''],
  ])('%j is shown as %j', (place, text) => {
    expect(placeText(place)).toBe(text)
  })

  it('is shown in the language of the reader', () => {
    speak('de')
    expect(placeText({ city: 'München', country: 'DE' })).toBe('München, Deutschland')
  })

  it('is shown in the details of an audit event', () => {
    expect(detailText(['place', BERLIN])).toEqual({ name: 'Location', value: 'Berlin, Germany' })
    speak('de')
    expect(detailText(['place', { country: 'FR' }])).toEqual({
      name: 'Standort',
      value: 'Frankreich',
    })
  })
})

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
    const place = document.body.appendChild(document.createElement('ul'))
    const app = createApp(() => h(SessionRow, { session: { ...session, ...known } }))
    app.mount(place)
    onTestFinished(() => {
      app.unmount()
      place.remove()
    })
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
    speak('de')
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

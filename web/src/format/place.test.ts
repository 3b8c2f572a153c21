import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { detailText } from '@/audit/events'
import { showLanguage } from '@tests/showLanguage'
import { placeText } from './place'

beforeEach(() => showLanguage('en'))
afterEach(() => showLanguage('en'))

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
    showLanguage('de')
    expect(placeText({ city: 'München', country: 'DE' })).toBe('München, Deutschland')
  })

  it('is shown in the details of an audit event', () => {
    expect(detailText(['place', BERLIN])).toEqual({ name: 'Location', value: 'Berlin, Germany' })
    showLanguage('de')
    expect(detailText(['place', { country: 'FR' }])).toEqual({
      name: 'Standort',
      value: 'Frankreich',
    })
  })
})

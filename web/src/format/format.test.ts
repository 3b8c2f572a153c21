import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { formatAgo, formatSeconds } from './time'
import { formatTotal } from './total'
import { showLanguage } from '@tests/showLanguage'

// The default of happy-dom is en-US. These tests use a browser without a region that matches the console's languages.
beforeEach(() => {
  Object.defineProperty(navigator, 'languages', { value: ['fr-FR'], configurable: true })
  showLanguage('en')
})
afterEach(() => showLanguage('en'))

describe('numbers and times', () => {
  it('are formatted in German if the console is in German', () => {
    showLanguage('de')
    expect(formatTotal({ value: 1_234_567, relation: 'estimated' })).toBe('etwa 1,2 Millionen')
    expect(formatTotal({ value: 1_000, relation: 'atLeast' })).toBe('mindestens 1.000')
    expect(formatAgo('2026-11-22T11:00:00Z', Date.parse('2026-11-23T12:00:00Z'))).toBe('gestern')
  })
})

describe('a total', () => {
  it.each([
    [0, 'exact', '0'],
    [1_000, 'exact', '1,000'],
    [1_000, 'atLeast', 'at least 1,000'],
    [1_234_567, 'estimated', 'about 1.2 million'],
    [12_345, 'estimated', 'about 12,000'],
    [37, 'estimated', 'about 37'],
  ] as const)('of %i (%s) is shown as %s', (value, relation, text) => {
    expect(formatTotal({ value, relation })).toBe(text)
  })
})

describe('a time', () => {
  const now = Date.parse('2026-11-23T12:00:00Z')
  it.each([
    ['2026-11-23T11:59:30Z', 'just now'],
    ['2026-11-23T11:55:00Z', '5 min ago'],
    ['2026-11-23T09:00:00Z', '3 hr ago'],
    ['2026-11-22T11:00:00Z', 'yesterday'],
    ['2026-11-10T12:00:00Z', '10 Nov 2026'],
    ['2026-11-23T12:00:05Z', 'just now'],
  ])('%s is shown as %s', (at, text) => {
    expect(formatAgo(at, now)).toBe(text)
  })

  it.each([
    [new Date(2026, 10, 23, 19), 'the day before yesterday', '2 days ago'],
    [new Date(2026, 10, 24, 0, 30), 'a day before', 'yesterday'],
    [new Date(2026, 10, 18, 23), 'a week before by the calendar', '18 Nov 2026'],
  ])('%s, read on Wednesday at 01:00, is shown in calendar days (%s)', (at, _, text) => {
    expect(formatAgo(at.toISOString(), new Date(2026, 10, 25, 1).getTime())).toBe(text)
  })

  it('that remains is shown in seconds below a minute, then in minutes and seconds', () => {
    expect([8, 59, 60, 75].map(formatSeconds)).toEqual(['8 s', '59 s', '1 min 00 s', '1 min 15 s'])
  })
})

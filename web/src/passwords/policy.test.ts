import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAX_CHARS, MIN_CHARS, refusalOf, WALKS } from './policy'
import { stepsOf, verdictOn } from './strength'

const rule = readFileSync('../crates/core/src/passwords/policy.rs', 'utf8')
const ADA = ['ada.lovelace@example.com', 'Ada Lovelace']

const between = (start: string, end: string): string => rule.split(start)[1]?.split(end)[0] ?? ''
const strings = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"/g)].map(([, inner = '']) => inner)

// The cases of the server's tests, read from its source, so that a case that is added there also tests this copy.
const refused = [
  ...strings(between('for common in [', ']')),
  ...[...rule.matchAll(/verdict\("([^"]+)"\), Err\("too_common"\)/g)].map(([, text = '']) => text),
]
const taken = [
  ...strings(between('for own in [', ']')),
  ...[...rule.matchAll(/verdict\("([^"]+)"\), Ok/g)].map(([, text = '']) => text),
]

describe('the password policy', () => {
  it('has the lengths and keyboard sequences of the server', () => {
    expect(between('pub const MIN_CHARS: usize = ', ';')).toBe(String(MIN_CHARS))
    expect(between('pub const MAX_CHARS: usize = ', ';')).toBe(String(MAX_CHARS))
    expect(strings(between('const WALKS: [&str; 7] = [', '];'))).toEqual(WALKS)
  })

  it('is tested with the cases of the server', () => {
    expect(refused.length).toBeGreaterThanOrEqual(20)
    expect(taken.length).toBeGreaterThanOrEqual(6)
  })
  it.each(refused)('refuses %s as the server does', (password) => {
    expect(refusalOf(password, ADA)).toBe('too_common')
  })
  it.each(taken)('accepts %s as the server does', (password) => {
    expect(refusalOf(password, ADA)).toBeNull()
  })

  it('refuses control characters', () => {
    expect(refusalOf('zebra\tumbrella', [])).toBe('invalid_characters')
  })

  it('checks the normalized form, which is hashed', () => {
    expect(refusalOf('zwo\u0308lfzeichn', [])).toBe('too_short')
    expect(refusalOf('lovelace\u00a02026', ADA)).toBe('too_common')
  })

  it('counts characters, not UTF-16 code units', () => {
    expect(refusalOf('🦓🪣🥁🧭🪁🎈🧶🪑🛶🔔🎻', [])).toBe('too_short')
    expect(refusalOf('🦓🪣🥁🧭🪁🎈🧶🪑🛶🔔🎻🥝', [])).toBeNull()
    expect(refusalOf('zebra umbrella '.repeat(9), [])).toBe('too_long')
  })
})

describe('the strength of a password', () => {
  it.each([...refused, 'short', ''])(
    'is not rated for %s, which the server refuses',
    (password) => {
      expect(verdictOn(password, ADA).kind).toBe('refused')
    },
  )

  it('grows with the length', () => {
    expect(
      ['vhqkztmwplqx', 'zebra umbrella n', 'zebra umbrella note 42'].map(
        (text) => verdictOn(text, ADA).kind,
      ),
    ).toEqual(['fair', 'good', 'strong'])
  })

  it('does not grow with repetitions and sequences', () => {
    expect(stepsOf('aaaaaaaa')).toBe(2)
    expect(stepsOf('abcdefgh')).toBe(2)
    expect(verdictOn('kaaaaaaaaaaaaaaaaaaaaaaaaaaa', ADA).kind).toBe('fair')
  })
})

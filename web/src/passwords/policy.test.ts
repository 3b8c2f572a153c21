import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { MAX_CHARS, MIN_CHARS, refusalOf, WALKS } from './policy'
import { stepsOf, verdictOn } from './strength'

const rule = readFileSync('../crates/core/src/passwords/policy.rs', 'utf8')
const ADA = ['ada.lovelace@example.com', 'Ada Lovelace']

const between = (start: string, end: string): string => rule.split(start)[1]?.split(end)[0] ?? ''
const strings = (text: string): string[] =>
  [...text.matchAll(/"([^"]*)"/g)].map(([, inner = '']) => inner)

// The server's own cases, read from its tests: what is added there is held against this copy, too.
const refused = [
  ...strings(between('for common in [', ']')),
  ...[...rule.matchAll(/verdict\("([^"]+)"\), Err\("too_common"\)/g)].map(([, text = '']) => text),
]
const taken = [
  ...strings(between('for own in [', ']')),
  ...[...rule.matchAll(/verdict\("([^"]+)"\), Ok/g)].map(([, text = '']) => text),
]

describe('the rule for passwords', () => {
  it('has the numbers and the rows of keys of the server', () => {
    expect(between('pub const MIN_CHARS: usize = ', ';')).toBe(String(MIN_CHARS))
    expect(between('pub const MAX_CHARS: usize = ', ';')).toBe(String(MAX_CHARS))
    expect(strings(between('const WALKS: [&str; 7] = [', '];'))).toEqual(WALKS)
  })

  it('is tried with the cases of the server', () => {
    expect(refused.length).toBeGreaterThanOrEqual(20)
    expect(taken.length).toBeGreaterThanOrEqual(6)
  })
  it.each(refused)('refuses %s as the server does', (password) => {
    expect(refusalOf(password, ADA)).toBe('too_common')
  })
  it.each(taken)('takes %s as the server does', (password) => {
    expect(refusalOf(password, ADA)).toBeNull()
  })

  it('refuses control characters', () => {
    expect(refusalOf('zebra\tumbrella', [])).toBe('invalid_characters')
  })

  it('judges the normalised form, which is hashed', () => {
    expect(refusalOf('zwo\u0308lfzeichn', [])).toBe('too_short')
    expect(refusalOf('lovelace\u00a02026', ADA)).toBe('too_common')
  })

  it('counts characters, not units of UTF-16', () => {
    expect(refusalOf('🦓🪣🥁🧭🪁🎈🧶🪑🛶🔔🎻', [])).toBe('too_short')
    expect(refusalOf('🦓🪣🥁🧭🪁🎈🧶🪑🛶🔔🎻🥝', [])).toBeNull()
    expect(refusalOf('zebra umbrella '.repeat(9), [])).toBe('too_long')
  })
})

describe('the strength', () => {
  it.each([...refused, 'short', ''])('of %s is none, because the server refuses it', (password) => {
    expect(verdictOn(password, ADA).kind).toBe('refused')
  })

  it('grows with the length', () => {
    expect(
      ['vhqkztmwplqx', 'zebra umbrella n', 'zebra umbrella note 42'].map(
        (text) => verdictOn(text, ADA).kind,
      ),
    ).toEqual(['fair', 'good', 'strong'])
  })

  it('does not grow by repeating and counting on', () => {
    expect(stepsOf('aaaaaaaa')).toBe(2)
    expect(stepsOf('abcdefgh')).toBe(2)
    expect(verdictOn('kaaaaaaaaaaaaaaaaaaaaaaaaaaa', ADA).kind).toBe('fair')
  })
})

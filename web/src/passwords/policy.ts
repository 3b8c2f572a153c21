// A copy of the server's password policy (crates/core/src/passwords/policy.rs), so that the meter never accepts a password
// that the server refuses. The list of common words is the server's own file; policy.test.ts compares the rest. The list
// of the most used passwords is in mostUsed.ts.
import common from '../../../crates/core/src/passwords/common.txt?raw'

/** Length in characters (code points), not UTF-16 code units. */
export const MIN_CHARS = 12
export const MAX_CHARS = 128

export type Refusal = 'invalid_characters' | 'too_short' | 'too_long' | 'too_common'

const COMMON = new Set(common.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#')))

/** Sequences on the keyboard, of digits and of the alphabet. */
export const WALKS = [
  '0123456789012345678901234567890123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'q1w2e3r4t5y6u7i8o9p0',
] as const

/** Minimum length of the letters, in UTF-8 bytes, for splitting them into two words: fewer letters are no sign of a common password. */
const FEWEST_LETTERS = 4

const DIGITS_FOR_LETTERS: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  '!': 'i',
  3: 'e',
  4: 'a',
  '@': 'a',
  5: 's',
  $: 's',
  7: 't',
}

/** Why the server would refuse the password of a user whose e-mail and name are `context`; null if it would accept it. */
export function refusalOf(typed: string, typedContext: readonly string[]): Refusal | null {
  const password = normalized(typed)
  const context = typedContext.map((text) => text.normalize('NFC'))
  if (/\p{Cc}/u.test(password)) return 'invalid_characters'
  const length = [...password].length
  if (length < MIN_CHARS) return 'too_short'
  if (length > MAX_CHARS) return 'too_long'
  return isCommon(password.toLowerCase(), context) ? 'too_common' : null
}

/** The form that is checked and hashed (RFC 8265, OpaqueString). */
export function normalized(password: string): string {
  return password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
}

function isCommon(password: string, context: readonly string[]): boolean {
  // Each word, and all words joined: an e-mail address consists of three or more.
  const words = context.flatMap((text) => text.split(/[^\p{Alphabetic}\p{N}]/u))
  const personal = new Set(
    [...words, ...context.map(lettersOf)]
      .map((word) => word.toLowerCase())
      .filter((word) => [...word].length >= 3),
  )
  const isKnown = (word: string): boolean => COMMON.has(word) || personal.has(word)
  // As typed, and with digits replaced by the letters that they stand for, except at the end, where a year often is.
  const trimmedEnd = password.replace(/\P{Alphabetic}+$/u, '')
  const spellings = [
    password,
    lettersForDigits(trimmedEnd),
    lettersForDigits(trimmedEnd.replace(/^\P{Alphabetic}+/u, '')),
  ]
  return (
    isWalk(password) ||
    isRepetition(password) ||
    spellings.map(lettersOf).some((core) => isKnown(core) || isMadeOf(core, isKnown))
  )
}

function lettersOf(text: string): string {
  return text.replaceAll(/\P{Alphabetic}/gu, '')
}

/** Replaces digits and signs by the letters that they stand for: `p4ssw0rd` becomes `password`. */
function lettersForDigits(text: string): string {
  return text.replaceAll(/[01!34@5$7]/g, (digit) => DIGITS_FOR_LETTERS[digit] ?? digit)
}

/** Whether the text repeats a unit of one to four characters. */
function isRepetition(text: string): boolean {
  const chars = [...text]
  return [1, 2, 3, 4].some((unit) => chars.every((char, index) => char === chars[index % unit]))
}

/** Whether the text consists only of pieces of sequences, at least three characters each, in either direction. */
function isWalk(text: string): boolean {
  let rest = text
  while (rest) {
    let end = rest.length
    while (end >= 3 && !isPieceOfWalk(rest.slice(0, end))) end -= 1
    if (end < 3) return false
    rest = rest.slice(end)
  }
  return true
}

function isPieceOfWalk(forward: string): boolean {
  const backward = [...forward].reverse().join('')
  return WALKS.some((walk) => walk.includes(forward) || walk.includes(backward))
}

/** Whether the text consists of exactly two known words. A passphrase of three or more words is accepted. */
function isMadeOf(core: string, isKnown: (word: string) => boolean): boolean {
  if (new TextEncoder().encode(core).length < FEWEST_LETTERS) return false
  for (let at = 1; at < core.length; at += 1) {
    if (isKnown(core.slice(0, at)) && isKnown(core.slice(at))) return true
  }
  return false
}

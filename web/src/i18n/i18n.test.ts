import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { de } from '@/i18n/de'
import { en } from '@/i18n/en'
import type { Plural } from './catalogue'

type Words = Record<string, string | Plural>

const forms = (message: string | Plural): string[] =>
  typeof message === 'string' ? [message] : [message.one, message.other]
const names = (text: string): string[] =>
  [...text.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()

describe('the catalogues', () => {
  it('have the same keys', () => {
    expect(Object.keys(de).sort()).toEqual(Object.keys(en).sort())
  })

  it('have no empty text, and the same arguments for each key', () => {
    const german: Words = de
    for (const [key, message] of Object.entries(en as Words)) {
      const other = german[key] ?? ''
      for (const text of [...forms(message), ...forms(other)]) expect(text.trim(), key).not.toBe('')
      expect(typeof other, key).toBe(typeof message)
      expect(names(forms(other).at(-1) ?? ''), key).toEqual(names(forms(message).at(-1) ?? ''))
    }
  })
})

describe('the glossary', () => {
  const style = readFileSync('../docs/STYLE.md', 'utf8')
  const [, section = ''] = /^### Terms of the console$([^#]*)/m.exec(style) ?? []
  const rows = [...section.matchAll(/^\|(.*)\|$/gm)]
    .map(([, row = '']) => row.split('|').map((cell) => cell.trim()))
    .slice(2)
  const said = (words: Words): [string, string][] =>
    Object.entries(words).flatMap(([key, message]) =>
      forms(message).map((text): [string, string] => [key, text]),
    )

  it.each([
    ['en', en as Words, 1],
    ['de', de as Words, 3],
  ])('forbids words that no text contains: %s', (_, words, column) => {
    const forbidden = rows.flatMap((row) => (row[column] ?? '').split(/,\s*/)).filter(Boolean)
    expect(forbidden.length).toBeGreaterThan(10)
    const pattern = new RegExp(`(?<!\\p{L})(${forbidden.join('|')})(?!\\p{L})`, 'iu')
    expect(said(words).filter(([, text]) => pattern.test(text))).toEqual([])
  })
})

/** Loads the texts in a browser with these languages. `kept` is the language that the reader chose before. */
async function open(languages: string[], kept?: string) {
  vi.resetModules()
  Object.defineProperty(navigator, 'languages', { value: languages, configurable: true })
  localStorage.clear()
  if (kept) localStorage.setItem('hallpass:language', kept)
  const { t } = await import('./.')
  const { followLanguage, language, locale } = await import('./language')
  await followLanguage()
  return { t, language, locale }
}

describe('a reader', () => {
  it('reads the first of the browser’s languages that the console supports, otherwise English', async () => {
    expect((await open(['fr-FR', 'de-AT', 'en-US'])).t('ui.cancel')).toBe('Abbrechen')
    expect((await open(['fr-FR'])).t('ui.cancel')).toBe('Cancel')
    expect(document.documentElement.lang).toBe('en')
  })

  it('sees numbers and times in the format of the browser’s region, if it matches the language', async () => {
    expect((await open(['fr-FR', 'de-AT'])).locale.value).toBe('de-AT')
    expect((await open(['de-DE'], 'en')).locale.value).toBe('en-GB')
  })

  it('can change the language, and the choice is stored', async () => {
    const { t, language } = await open(['en-US'])
    language.choose('de')
    await vi.waitFor(() => expect(t('ui.cancel')).toBe('Abbrechen'))
    expect(document.documentElement.lang).toBe('de')
    expect(localStorage.getItem('hallpass:language')).toBe('de')
  })

  it('sees values in place of the placeholders, and the right plural form', async () => {
    const { t } = await open(['en-GB'])
    expect(t('users.total', { count: 1, total: '1' })).toBe('1 user')
    expect(t('users.total', { count: 2, total: '2' })).toBe('2 users')
    expect(t('bulk.progress', { done: 3, total: 1_200 })).toBe('3 of 1,200')
    expect(t('users.none.search', { words: '{words} $& <b>' })).toBe(
      'No users match “{words} $& <b>”',
    )
  })
})

describe('a failure of the server', () => {
  it.each([
    ['en-GB', 'An unexpected error occurred.'],
    ['de-DE', 'Ein unerwarteter Fehler ist aufgetreten.'],
  ])('is shown in the reader’s language: %s', async (tag, text) => {
    await open([tag])
    const { problemText } = await import('@/ui/problemText')
    const { Problem } = await import('@/api/problem')
    const detail = 'something went wrong here; the request id helps to find out what'
    expect(problemText(new Problem({ status: 500, code: 'internal_error', detail }))).toBe(text)
    expect(
      problemText(new Problem({ status: 409, code: 'of_a_newer_server', detail: 'in its words' })),
    ).toBe('in its words')
  })
})

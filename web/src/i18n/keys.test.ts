// @vitest-environment node
// Every text is used somewhere, and every text that is asked for is there. What the types cannot see: keys that are
// put together (`t(`status.${condition}`)`), and those that nothing asks for any more.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { en } from '@/i18n/en'

const src = fileURLToPath(new URL('../', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (name) => /(?<!\.test)\.(ts|vue)$/.test(name) && !/^i18n.(en|de)\W/.test(name),
)
const sources = files.map((name) => readFileSync(src + name, 'utf8')).join('\n')

const keys = Object.keys(en)
const families = new Set(keys.map((key) => key.split('.')[0]))
const isKey = (text: string): boolean =>
  /^[a-zA-Z]+(\.\w+)+$/.test(text) && families.has(text.split('.')[0])

/** Written out, wherever: a key may stand in a table and be asked for by the table's name. */
const literals = new Set(
  [...sources.matchAll(/'([^'\n]*)'/g)].flatMap(([, text = '']) => (isKey(text) ? [text] : [])),
)
/** Put together: `status.${condition}.text` */
const patterns = [...sources.matchAll(/`([a-zA-Z]+\.[^`\n]*\$\{[^`\n]*)`/g)].flatMap(
  ([, text = '']) => {
    if (!families.has(text.split('.')[0])) return []
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return [{ text, pattern: new RegExp(`^${parts.join('[\\w:]+')}$`) }]
  },
)

describe('the texts', () => {
  it('are each used', () => {
    expect(
      keys.filter(
        (key) => !literals.has(key) && !patterns.some(({ pattern }) => pattern.test(key)),
      ),
    ).toEqual([])
  })

  it('that are asked for by name are there', () => {
    const known = new Set(keys)
    expect(
      [...literals].filter((key) => !known.has(key) && sources.includes(`t('${key}'`)),
    ).toEqual([])
  })

  it('that are put together are there', () => {
    expect(
      patterns
        .filter(({ pattern }) => !keys.some((key) => pattern.test(key)))
        .map(({ text }) => text),
    ).toEqual([])
    expect(patterns.length).toBeGreaterThan(5)
  })
})

// @vitest-environment node
// Every text is used, and every used text exists. The types cannot check composed keys (`t(`status.${condition}`)`) and
// keys that are no longer used.
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

/** Keys written as literals anywhere, because a key can be in a table and be passed to `t` from there. */
const literals = new Set(
  [...sources.matchAll(/'([^'\n]*)'/g)].flatMap(([, text = '']) => (isKey(text) ? [text] : [])),
)
/** Composed keys, for example `status.${condition}.text`. */
const patterns = [...sources.matchAll(/`([a-zA-Z]+\.[^`\n]*\$\{[^`\n]*)`/g)].flatMap(
  ([, text = '']) => {
    if (!families.has(text.split('.')[0])) return []
    const parts = text.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'))
    return [{ text, pattern: new RegExp(`^${parts.join('[\\w:]+')}$`) }]
  },
)

describe('the texts of the console', () => {
  it('are all used', () => {
    expect(
      keys.filter(
        (key) => !literals.has(key) && !patterns.some(({ pattern }) => pattern.test(key)),
      ),
    ).toEqual([])
  })

  it('exist for every literal key', () => {
    const known = new Set(keys)
    expect(
      [...literals].filter((key) => !known.has(key) && sources.includes(`t('${key}'`)),
    ).toEqual([])
  })

  it('exist for every composed key', () => {
    expect(
      patterns
        .filter(({ pattern }) => !keys.some((key) => pattern.test(key)))
        .map(({ text }) => text),
    ).toEqual([])
    expect(patterns.length).toBeGreaterThan(5)
  })
})

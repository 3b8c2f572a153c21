// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(vue|css)$/.test(name),
)

/** The styling of a file: stylesheets whole, of components the classes and the style block. */
function styling(name: string): string {
  const text = readFileSync(src + name, 'utf8')
  if (name.endsWith('.css')) return text
  const script = /<script[\s\S]*?<\/script>/g
  return text.replaceAll(script, (block) => (block.match(/'[^']*'/g) ?? []).join('\n'))
}

describe('the styles', () => {
  it('name no colour but the tokens', () => {
    const colour = /#[0-9a-f]{3,8}\b(?![^<]*<\/a>)|\b(rgb|hsl|oklch|oklab|lab|lch|color)a?\(/i
    const found = files.filter((name) => name !== 'styles/tokens.css' && colour.test(styling(name)))
    expect(found).toEqual([])
  })

  it('use the five sizes of type and no other', () => {
    const size = /font-size:(?! var\(--size-[1-5]\))|text-\[/
    expect(files.filter((name) => size.test(styling(name)))).toEqual([])
  })

  it('use no style attribute and no HTML from strings, which the content security policy refuses', () => {
    expect(
      files.filter((name) => /\sstyle="|v-html|innerHTML/.test(readFileSync(src + name, 'utf8'))),
    ).toEqual([])
  })
})

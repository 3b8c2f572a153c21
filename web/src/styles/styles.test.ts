// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const src = fileURLToPath(new URL('../', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.(vue|css)$/.test(name),
)

/** The styling in a file: the whole of a stylesheet; the template, the style block and the script's strings of a component. */
function styling(name: string): string {
  const text = readFileSync(src + name, 'utf8')
  if (name.endsWith('.css')) return text
  const script = /<script[\s\S]*?<\/script>/g
  return text.replaceAll(script, (block) => (block.match(/'[^']*'/g) ?? []).join('\n'))
}

describe('the styles', () => {
  it('use only the colours of tokens.css', () => {
    const colour = /#[0-9a-f]{3,8}\b(?![^<]*<\/a>)|\b(rgb|hsl|oklch|oklab|lab|lch|color)a?\(/i
    const found = files.filter((name) => name !== 'styles/tokens.css' && colour.test(styling(name)))
    expect(found).toEqual([])
  })

  it('use only the five font sizes of tokens.css', () => {
    const size = /font-size:(?! var\(--size-[1-5]\))|text-\[/
    expect(files.filter((name) => size.test(styling(name)))).toEqual([])
  })

  it('use no style attribute, which the content security policy refuses, and no HTML from strings', () => {
    expect(
      files.filter((name) => /\sstyle="|v-html|innerHTML/.test(readFileSync(src + name, 'utf8'))),
    ).toEqual([])
  })
})

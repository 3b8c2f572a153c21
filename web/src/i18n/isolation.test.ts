// @vitest-environment node
// User-supplied text (names, addresses, user agents) must not change the order of the words around it.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'vue/compiler-sfc'
import { isolate } from '@/format/isolate'
import { t } from './.'

const src = fileURLToPath(new URL('../', import.meta.url))
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.vue'))
  .sort()

/** Functions that return texts of the console, numbers or times. `t` isolates its arguments itself. */
const OURS =
  /^(t|problemText|roleText|permissionsText|eventText|countText|format\w+|FORMATS\[as\])\(/
/** Properties and variables that contain texts of the console, or results of `t`. */
const OWN_NAMES = new Set([
  'label',
  'error',
  'hint',
  'title',
  'description',
  'requestId',
  'initials',
  'KEY',
  'MODIFIER',
  'choice.text',
  'choice.short',
  'toast.text',
  'toast.action.text',
  'open.question.no',
  'open.question.yes',
  'role.text',
  'role.may',
  'user.version',
  'user.id',
  'count',
  'empty.text',
  'group.name',
  'line.name',
  'line.text',
  'key',
  'command.key',
  'fact.name',
  'fact.value',
  'age',
  'told',
  'reason',
  'cookieRefused',
  'event.ip',
])
const OWN_NAMES_OF: Readonly<Record<string, string>> = {
  'ui/UiFilter.vue': 'text',
  'passwords/PasswordMeter.vue': 'text',
  'status/StatusConnections.vue': 'text',
}

interface Node {
  readonly type: number
  readonly tag?: string
  readonly content?: { readonly content?: string } | string
  readonly children?: readonly Node[]
  readonly props?: readonly {
    readonly name: string
    readonly arg?: { readonly content: string }
    readonly value?: { readonly content: string }
  }[]
}
const ELEMENT = 1
const INTERPOLATION = 5

function* nodes(
  node: Node,
  parent: Node | null = null,
): Generator<{ node: Node; parent: Node | null }> {
  yield { node, parent }
  for (const child of node.children ?? [])
    yield* nodes(child, node.type === ELEMENT ? node : parent)
}

const templates = files.map((file) => {
  const { descriptor } = parse(readFileSync(src + file, 'utf8'))
  return {
    file: file.replaceAll('\\', '/'),
    nodes: descriptor.template?.ast ? [...nodes(descriptor.template.ast as unknown as Node)] : [],
  }
})

/** The branches of `a ? b : c` and the parts of `a ?? b`. */
const parts = (expression: string): string[] =>
  expression
    .replace(/^.*?\s\?\s/s, '')
    .split(/\s(?:\?\?|\|\||:|\?)\s/)
    .map((part) => part.trim())

const isOurs = (file: string, expression: string): boolean =>
  (OURS.test(expression) && expression.endsWith(')')) ||
  parts(expression).every(
    (part) =>
      OURS.test(part) ||
      /^'[^']*'$/.test(part) ||
      OWN_NAMES.has(part) ||
      OWN_NAMES_OF[file] === part ||
      /^problem\.status\b/.test(part),
  )

describe('user-supplied text', () => {
  it('is in a <bdi> element of its own in every template', () => {
    const loose = templates.flatMap(({ file, nodes }) =>
      nodes.flatMap(({ node, parent }) => {
        if (node.type !== INTERPOLATION || parent?.tag === 'bdi') return []
        const expression = typeof node.content === 'object' ? (node.content.content ?? '') : ''
        return isOurs(file, expression)
          ? []
          : [`${file}: {{ ${expression} }} is neither in a <bdi> nor known to be ours`]
      }),
    )
    expect(loose).toEqual([])
    expect(
      templates.flatMap(({ nodes }) => nodes).filter(({ node }) => node.tag === 'bdi').length,
    ).toBeGreaterThan(10)
  })

  it('is typed in fields whose direction follows the text', () => {
    const fixed = templates.flatMap(({ file, nodes }) =>
      nodes.flatMap(({ node }) => {
        if (node.tag !== 'input' && node.tag !== 'textarea' && node.tag !== 'ListboxFilter')
          return []
        const attribute = (name: string) =>
          node.props?.find((prop) => prop.name === name)?.value?.content
        const isBound = node.props?.some(
          (prop) => prop.name === 'bind' && prop.arg?.content === 'dir',
        )
        const type = attribute('type') ?? 'text'
        const isText =
          ['text', 'search', 'email'].includes(type) &&
          !node.props?.some(({ name }) => name === 'readonly')
        return isText && !isBound && attribute('dir') !== 'auto' ? [file] : []
      }),
    )
    expect(fixed).toEqual([])
  })

  it('is isolated within a sentence if its direction could change the order of the words', () => {
    expect(t('users.select', { name: 'שלום' })).toBe('Select \u2068שלום\u2069')
    expect(t('users.select', { name: 'gnp.\u202eexe' })).toBe('Select \u2068gnp.exe\u2069')
    expect(isolate('Jürgen Łuczak')).toBe('Jürgen Łuczak')
    expect(isolate('a\u2069b')).toBe('\u2068ab\u2069')
    expect(isolate('محمد')).toBe('\u2068محمد\u2069')
  })
})

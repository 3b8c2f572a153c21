// @vitest-environment node
// Every audit event that the server, the operator's command and the migrations write has a text in the console.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { detailText, EVENTS, eventText } from './events'
import { en } from '@/i18n/en'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const read = (folder: string, kind: string): string[] =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(kind) && !name.includes('tests'))
    .map((name) => readFileSync(`${root}${folder}/${name}`, 'utf8'))

const sql = [
  ...read('crates/core/src', '.sql'),
  ...read('crates/core/src', '.rs'),
  ...read('migrations', '.sql'),
]
const operator = read('crates/cli/src', '.rs')
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

/** The first argument can be an expression with several names: `case when … then 'user_deactivated' … end`, or a column `as event`. */
const ofSql = sql.flatMap((text) => [
  ...all(text, /audit_event\(([^;]*?),\s*'(?:info|warning|critical)'/g).flatMap((first) =>
    all(first, /'([a-z_]+)'/g),
  ),
  ...all(text, /'([a-z_]+)' as event/g),
  ...all(text, /record_failure\(\s*'([a-z_]+)'/g),
])
/** The event is a string literal, or the name of a constant. */
const ofOperator = operator.flatMap((text) =>
  all(text, /record\([^;]*?([\w"]+),\s*"(?:info|warning|critical)"/g).map((name) => {
    if (name.startsWith('"')) return name.slice(1, -1)
    const value = operator.flatMap((other) =>
      all(other, new RegExp(`\\b(?:const|let) ${name}\\b[^=]*= "([a-z_]+)"`, 'g')),
    )
    return value[0] ?? name
  }),
)
/** Events whose severity is a variable. */
const ofEither = operator.flatMap((text) => all(text, /record\([^;]*?"([a-z_]+)", severity/g))
const details = [
  ...sql
    .flatMap((text) => all(text, /audit_event\(([^;]*?as event)/g))
    .flatMap((call) => all(call, /(?:jsonb_build_object\(\s*|,\s*)'(\w+)',/g)),
  ...[...sql, ...operator]
    .flatMap((text) =>
      all(text, /(?:details\)?\s*=[^;]*?|bounds\s*=\s*|VERIFIED, "info", )json!\(\{([^}]*)\}\)/g),
    )
    .flatMap((json) => all(json, /"(\w+)":/g)),
]

describe('an audit event', () => {
  it('is in the list of filters and has a text if any source writes it', () => {
    const written = [...new Set([...ofSql, ...ofOperator, ...ofEither])].sort()
    expect(written.length).toBeGreaterThan(25)
    expect(written.filter((name) => !(EVENTS as readonly string[]).includes(name))).toEqual([])
    expect(EVENTS.filter((name) => !written.includes(name))).toEqual([])
    for (const event of EVENTS) expect(en).toHaveProperty([`audit.event.${event}`])
  })

  it('has a text for the name of each of its details', () => {
    const names = [...new Set(details)]
      .filter((name) => !['info', 'warning', 'critical', 'eventId'].includes(name))
      .sort()
    expect(names).toEqual(
      expect.arrayContaining([
        'auditBefore',
        'count',
        'filter',
        'from',
        'replaced',
        'rolesBefore',
        'snapshotAt',
        'tables',
      ]),
    )
    for (const name of names) expect(en).toHaveProperty([`audit.detail.${name}`])
  })

  it('that is unknown is shown by its name', () => {
    expect(eventText('login_failed')).toBe('Sign-in failed')
    expect(eventText('moon_landing')).toBe('moon landing')
  })

  it('shows each of its details on one line', () => {
    expect(detailText(['rolesBefore', ['admin', 'ours']])).toEqual({
      name: 'Previous roles',
      value: 'Administrator, ours',
    })
    expect(detailText(['reason', 'wrong_password'])).toEqual({
      name: 'Reason',
      value: 'wrong password',
    })
    expect(detailText(['nested', { a: 1 }])).toEqual({ name: 'nested', value: 'a: 1' })
    expect(detailText(['filter', { q: 'email', role: 'viewer', active: false }])).toEqual({
      name: 'Filter',
      value: 'Search: email; Role: Viewer; Active: no',
    })
    expect(detailText(['filter', { q: 'שלום', role: 'viewer' }]).value).toBe(
      'Search: \u2068שלום\u2069; Role: Viewer',
    )
    expect(detailText(['filter', {}]).value).toBe('none')
    expect(detailText(['sort', '-createdAt'])).toEqual({
      name: 'Sort order',
      value: 'Newest first',
    })
    expect(detailText(['tables', ['users', 'sessions']])).toEqual({
      name: 'Tables',
      value: 'users, sessions',
    })
  })
})

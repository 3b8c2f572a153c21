import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { plan } from './build.mjs'

const programs = (environment) =>
  plan({ VERCEL: '1', ...environment }).steps.map(({ command }) => command.join(' '))

test('a preview with a database of its own migrates it: the command leaves that of production alone', () => {
  for (const name of ['DATABASE_URL', 'POSTGRES_URL']) {
    const commands = programs({ VERCEL_ENV: 'preview', [name]: 'postgres://h/d' })
    assert.equal(commands.at(-1), 'target/release/hallpass migrate --deploy')
    assert.match(commands[1], /--bin hallpass$/)
  }
  assert.equal(
    programs({
      VERCEL_ENV: 'preview',
      DATABASE_URL: 'postgres://h/d',
      HALLPASS_MIGRATE_ON_BUILD: '0',
    }).length,
    2,
  )
})

test('what is neither production nor a preview migrates nothing, whatever database it names', () => {
  for (const VERCEL_ENV of ['development', undefined]) {
    const commands = programs({ VERCEL_ENV, DATABASE_URL: 'postgres://h/d' })
    assert.equal(commands.length, 2)
  }
})

test('a preview without a database compiles the functions and migrates nothing', () => {
  for (const environment of [{ VERCEL_ENV: 'preview' }, { VERCEL_ENV: 'development' }, {}]) {
    const commands = programs(environment)
    assert.equal(commands[0], 'npm run build --prefix web')
    assert.match(commands[1], /^cargo build --release --locked --bin .*--bin login /)
    assert.doesNotMatch(commands[1], /--bin hallpass/)
    assert.equal(commands.length, 2)
  }
})

test('a build that is no deployment builds the console only', () => {
  assert.deepEqual(programs({ VERCEL: undefined, VERCEL_ENV: 'production' }), [
    'npm run build --prefix web',
  ])
})

test('production compiles the functions before it touches the database', () => {
  const commands = programs({ VERCEL_ENV: 'production' })
  assert.equal(commands[0], 'npm run build --prefix web')
  assert.match(commands[1], /^cargo build --release --locked --bin .*--bin login .*--bin hallpass$/)
  assert.equal(commands.at(-1), 'target/release/hallpass migrate --deploy')
  assert.equal(commands.length, 3)
})

test('migrating can be told not to happen', () => {
  assert.deepEqual(programs({ VERCEL_ENV: 'production', HALLPASS_MIGRATE_ON_BUILD: '0' }).length, 2)
  assert.equal(programs({ VERCEL_ENV: 'production', HALLPASS_MIGRATE_ON_BUILD: '1' }).length, 3)
})

test('only the migration sees secrets', () => {
  const secrets = {
    CARGO_REGISTRY_TOKEN: 'secret',
    CRON_SECRET: 'secret',
    DATABASE_CA_CERT: 'secret',
    DATABASE_URL: 'secret',
    DATABASE_URL_UNPOOLED: 'secret',
    HALLPASS_APP_PASSWORD: 'secret',
    HALLPASS_SECRET: 'secret',
    HALLPASS_SECRET_PREVIOUS: 'secret',
    PGPASSWORD: 'secret',
    POSTGRES_URL: 'secret',
    SOMETHING_UNKNOWN: 'secret',
    VERCEL_ARTIFACTS_TOKEN: 'secret',
    VERCEL_AUTOMATION_BYPASS_SECRET: 'secret',
    VERCEL_OIDC_TOKEN: 'secret',
    npm_config__authToken: 'secret',
  }
  const needed = { HOME: '/h', PATH: '/bin', VERCEL: '1', VERCEL_ENV: 'production' }
  const [console, cargo, migrate] = plan({ ...needed, ...secrets }).steps.map(
    ({ environment }) => environment,
  )
  for (const environment of [console, cargo]) {
    assert.ok(!Object.values(environment).includes('secret'), JSON.stringify(environment))
    for (const name of ['HOME', 'VERCEL', 'VERCEL_ENV'])
      assert.equal(environment[name], needed[name])
  }
  assert.deepEqual(migrate, { ...needed, ...secrets })
})

test('the programs that a build starts find no secret in their environment', (t) => {
  const HOME = mkdtempSync(join(tmpdir(), 'build-'))
  t.after(() => rmSync(HOME, { recursive: true }))
  const programs = join(HOME, '.cargo', 'bin')
  mkdirSync(programs, { recursive: true })
  for (const name of ['cargo', 'npm']) {
    const script = `#!/bin/sh\n{ echo "started: ${name} $1"; env; } >> "$HOME/started"\n`
    writeFileSync(join(programs, name), script, { mode: 0o700 })
  }
  const secrets = {
    HALLPASS_SECRET: 'a secret',
    PGPASSWORD: 'a secret',
    VERCEL_OIDC_TOKEN: 'a secret',
  }
  const environment = {
    HOME,
    PATH: `${programs}:/usr/bin:/bin`,
    VERCEL: '1',
    VERCEL_ENV: 'preview',
    ...secrets,
  }
  const build = fileURLToPath(new URL('./build.mjs', import.meta.url))
  const { status, stderr } = spawnSync(process.execPath, [build], {
    env: environment,
    encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  const started = readFileSync(join(HOME, 'started'), 'utf8')
  for (const program of ['cargo --version', 'npm run', 'cargo build'])
    assert.ok(started.includes(`started: ${program}\n`), started)
  assert.doesNotMatch(started, /a secret/)
})

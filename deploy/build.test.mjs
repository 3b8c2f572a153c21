import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cargoEnvironment, consoleEnvironment, plan } from './build.mjs'

const programs = (environment) => plan({ VERCEL: '1', ...environment }).commands.map((command) => command.join(' '))

test('a preview compiles the functions and never migrates', () => {
  for (const environment of [{ VERCEL_ENV: 'preview' }, { VERCEL_ENV: 'development' }, {}]) {
    const commands = programs(environment)
    assert.equal(commands[0], 'npm run build --prefix web')
    assert.match(commands[1], /^cargo build --release --locked --bin .*--bin login /)
    assert.doesNotMatch(commands[1], /--bin hallpass/)
    assert.equal(commands.length, 2)
  }
})

test('a build that is no deployment builds the console only', () => {
  assert.deepEqual(programs({ VERCEL: undefined, VERCEL_ENV: 'production' }), ['npm run build --prefix web'])
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

test("cargo runs as the functions' builder runs it", () => {
  assert.deepEqual(cargoEnvironment({ HOME: '/h', PATH: '/bin' }), { HOME: '/h', PATH: '/h/.cargo/bin:/bin', RUSTFLAGS: '' })
  assert.equal(cargoEnvironment({ HOME: '/h', PATH: '/bin', RUSTFLAGS: '-C x' }).RUSTFLAGS, '-C x')
})

test('the console is the one that is published, whatever `vercel dev` calls its environment', () => {
  assert.deepEqual(consoleEnvironment({ PATH: '/bin', NODE_ENV: 'development' }), { PATH: '/bin', NODE_ENV: 'production' })
})

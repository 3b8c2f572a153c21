// What Vercel runs as buildCommand: builds the console and, for production, migrates the database.
//
// The CLI builds the console first and then one function after the other. Here they are compiled
// together, on all processors, and before the migration: a commit that does not compile must not have
// touched the database. Their own builders then find everything in target/release.
import { readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ofCargo, ofConsole } from './environment.mjs'
import { install } from './rust.mjs'

/** All variables that name a database. */
const DATABASES = [
  'DATABASE_URL',
  'DATABASE_URL_POOLED',
  'DATABASE_URL_UNPOOLED',
  'POSTGRES_URL',
  'POSTGRES_URL_NON_POOLING',
]
const CONSOLE = ['npm', 'run', 'build', '--prefix', 'web']
// Every program by its name: the functions' builders name them one by one, too.
const FUNCTIONS = readdirSync(new URL('../api', import.meta.url))
  .filter((file) => file.endsWith('.rs') && !/^[_.]/.test(file))
  .map((file) => file.slice(0, -'.rs'.length))
const compile = (names) => [
  'cargo',
  'build',
  '--release',
  '--locked',
  ...names.flatMap((name) => ['--bin', name]),
]

/**
 * The programs to run, in order, each with its environment.
 * @param {Record<string, string | undefined>} environment
 */
export function plan(environment) {
  const builtConsole = { command: CONSOLE, environment: ofConsole(environment) }
  const compiled = (names) => ({ command: compile(names), environment: ofCargo(environment) })
  // `vercel dev` compiles each function itself, without optimization.
  if (environment.VERCEL !== '1')
    return { steps: [builtConsole], note: 'no deployment: only the console' }
  const isProduction = environment.VERCEL_ENV === 'production'
  // `vercel dev` sets VERCEL_ENV to development: its database is the developer's own.
  if (!isProduction && environment.VERCEL_ENV !== 'preview') {
    return {
      steps: [builtConsole, compiled(FUNCTIONS)],
      note: 'neither production nor a preview: the database stays as it is',
    }
  }
  if (!isProduction && !DATABASES.some((name) => environment[name])) {
    return {
      steps: [builtConsole, compiled(FUNCTIONS)],
      note: 'not production, and no variable names a database',
    }
  }
  if (environment.HALLPASS_MIGRATE_ON_BUILD === '0') {
    return {
      steps: [builtConsole, compiled(FUNCTIONS)],
      note: 'HALLPASS_MIGRATE_ON_BUILD=0: the database stays as it is; run `hallpass migrate` yourself',
    }
  }
  const target = environment.CARGO_TARGET_DIR ?? 'target'
  const migrate = {
    command: [join(target, 'release', 'hallpass'), 'migrate', '--deploy'],
    environment,
  }
  return {
    steps: [builtConsole, compiled([...FUNCTIONS, 'hallpass']), migrate],
    note: isProduction
      ? 'production: the database is migrated'
      : "not production: the database is migrated unless it is another environment's",
  }
}

function run([program, ...parameters], environment) {
  console.log(`$ ${[program, ...parameters].join(' ')}`)
  const { status, signal, error } = spawnSync(program, parameters, {
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status === 0) return
  console.error(
    `build: ${program} ${parameters.join(' ')} failed (${error?.message ?? signal ?? `exit status ${status}`})`,
  )
  process.exit(1)
}

/** As the functions' builder does it, only earlier: the build image may come without Rust. */
async function needRust(environment) {
  if (spawnSync('cargo', ['--version'], { env: environment }).status === 0) return
  await install((command) => run(command, environment))
}

async function main() {
  const { steps, note } = plan(process.env)
  console.log(`build: ${note}`)
  if (steps.length > 1) await needRust(ofCargo(process.env))
  for (const { command, environment } of steps) run(command, environment)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    console.error(`build: ${error.message}`)
    process.exit(1)
  })
}

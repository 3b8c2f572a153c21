// What Vercel runs as buildCommand: builds the console and, for production, migrates the database.
//
// The CLI builds the console first and then one function after the other. Here they are compiled
// together, on all processors, and before the migration: a commit that does not compile must not have
// touched the database. Their own builders then find everything in target/release.
import { readdirSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CONSOLE = ['npm', 'run', 'build', '--prefix', 'web']
// Every program by its name: the functions' builders name them one by one, too.
const FUNCTIONS = readdirSync(new URL('../api', import.meta.url))
  .filter((file) => file.endsWith('.rs') && !/^[_.]/.test(file))
  .map((file) => file.slice(0, -'.rs'.length))
const compile = (names) => ['cargo', 'build', '--release', '--locked', ...names.flatMap((name) => ['--bin', name])]

/**
 * The programs to run, in order.
 * @param {Record<string, string | undefined>} environment
 */
export function plan(environment) {
  // `vercel dev` compiles each function itself, without optimisation.
  if (environment.VERCEL !== '1') return { commands: [CONSOLE], note: 'no deployment: only the console' }
  if (environment.VERCEL_ENV !== 'production') {
    return { commands: [CONSOLE, compile(FUNCTIONS)], note: 'not production: the database stays as it is' }
  }
  if (environment.HALLPASS_MIGRATE_ON_BUILD === '0') {
    return { commands: [CONSOLE, compile(FUNCTIONS)], note: 'HALLPASS_MIGRATE_ON_BUILD=0: the database stays as it is; run `hallpass migrate` yourself' }
  }
  const target = environment.CARGO_TARGET_DIR ?? 'target'
  const migrate = [join(target, 'release', 'hallpass'), 'migrate', '--deploy']
  return { commands: [CONSOLE, compile([...FUNCTIONS, 'hallpass']), migrate], note: 'production: the database is migrated' }
}

/** The environment in which the functions' builder calls cargo; another one would compile everything twice. */
export function cargoEnvironment(environment) {
  const cargo = join(environment.HOME ?? homedir(), '.cargo', 'bin')
  return { ...environment, PATH: [cargo, environment.PATH].join(delimiter), RUSTFLAGS: environment.RUSTFLAGS ?? '' }
}

/** `vercel dev` says development, and Vue would be twice as large: the console is what is published, there as well. */
export function consoleEnvironment(environment) {
  return { ...environment, NODE_ENV: 'production' }
}

function run([program, ...parameters], environment) {
  console.log(`$ ${[program, ...parameters].join(' ')}`)
  const { status, signal, error } = spawnSync(program, parameters, { env: environment, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status === 0) return
  console.error(`build: ${program} ${parameters.join(' ')} failed (${error?.message ?? signal ?? `exit status ${status}`})`)
  process.exit(1)
}

/** As the functions' builder does it, only earlier: the build image may come without Rust. */
function installRust(environment) {
  if (spawnSync('cargo', ['--version'], { env: environment }).status === 0) return
  run(['sh', '-c', "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh -s -- -y --profile minimal"], environment)
}

function main() {
  const environment = cargoEnvironment(process.env)
  const { commands, note } = plan(environment)
  console.log(`build: ${note}`)
  if (commands.length > 1) installRust(environment)
  for (const command of commands) run(command, command === CONSOLE ? consoleEnvironment(environment) : environment)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main()

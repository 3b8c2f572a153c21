// The variables that each program of a build may see. Vite, its plugins and every build script of a crate are
// code of other people: they get what they need by name, and no secret. Only `hallpass migrate` gets them all.
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

const SYSTEM = [
  'CI',
  'HOME',
  'LANG',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TEMP',
  'TERM',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  /^LC_/,
]
const COLORS = ['CLICOLOR', 'CLICOLOR_FORCE', 'FORCE_COLOR', 'NO_COLOR']
// By name: VERCEL_OIDC_TOKEN, VERCEL_ARTIFACTS_TOKEN and VERCEL_AUTOMATION_BYPASS_SECRET are secrets.
const PLATFORM = [
  'VERCEL',
  'VERCEL_BRANCH_URL',
  'VERCEL_BUILD_IMAGE',
  'VERCEL_DEPLOYMENT_ID',
  'VERCEL_ENV',
  'VERCEL_GIT_COMMIT_REF',
  'VERCEL_GIT_COMMIT_SHA',
  'VERCEL_PROJECT_ID',
  'VERCEL_PROJECT_PRODUCTION_URL',
  'VERCEL_REGION',
  'VERCEL_TARGET_ENV',
  'VERCEL_URL',
]
// Crates and the toolchain are fetched through the same proxy and trusted by the same certificates as ever.
const NETWORK = [/^(https?|no|all)_proxy$/i, 'CURL_CA_BUNDLE', 'SSL_CERT_DIR', 'SSL_CERT_FILE']
const RUST = [
  'AR',
  'CC',
  'CFLAGS',
  'CXX',
  'CXXFLAGS',
  'RUSTC_WRAPPER',
  'RUSTFLAGS',
  /^CARGO_/,
  /^RUSTUP_/,
]
const NODE = ['NODE_OPTIONS']
const SECRET = /TOKEN|SECRET|PASSWORD|CREDENTIAL/i

function only(environment, ...lists) {
  const names = lists.flat()
  const isListed = (name) =>
    names.some((known) => (known instanceof RegExp ? known.test(name) : known === name))
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => isListed(name) && !SECRET.test(name)),
  )
}

/** With cargo's directory first, where the installation of Rust puts it. */
function withCargo(environment) {
  const cargo = join(environment.HOME ?? homedir(), '.cargo', 'bin')
  return { ...environment, PATH: [cargo, environment.PATH].join(delimiter) }
}

/** For cargo and for the installation of Rust. RUSTFLAGS as the functions' builder sets it: others would compile everything twice. */
export function ofCargo(environment) {
  const { RUSTFLAGS = '', ...rest } = only(environment, SYSTEM, COLORS, PLATFORM, NETWORK, RUST)
  return withCargo({ ...rest, RUSTFLAGS })
}

/** `vercel dev` says development, and Vue would be twice as large: the console is what is published, there as well. */
export function ofConsole(environment) {
  return { ...only(environment, SYSTEM, COLORS, PLATFORM, NODE), NODE_ENV: 'production' }
}

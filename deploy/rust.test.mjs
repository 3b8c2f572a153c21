import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { installer, toolchain, verify } from './rust.mjs'

test('an installer that is not the known file is not run', () => {
  const bytes = Buffer.from('rustup-init')
  verify(bytes, createHash('sha256').update(bytes).digest('hex'))
  assert.throws(
    () => verify(Buffer.from('rustup-init!'), createHash('sha256').update(bytes).digest('hex')),
    /not run/,
  )
})

test('the installer is pinned for both processors that Vercel builds on', () => {
  for (const processor of ['x64', 'arm64']) {
    const { url, sha256 } = installer(processor)
    assert.match(
      url,
      /^https:\/\/static\.rust-lang\.org\/rustup\/archive\/\d+\.\d+\.\d+\/[a-z0-9_]+-unknown-linux-gnu\/rustup-init$/,
    )
    assert.match(sha256, /^[0-9a-f]{64}$/)
  }
  assert.throws(() => installer('riscv64'), /install Rust/)
})

test('the toolchain is the one that the repository names', () => {
  assert.match(toolchain(), /^\d+\.\d+\.\d+$/)
})

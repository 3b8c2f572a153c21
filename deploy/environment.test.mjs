import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ofCargo, ofConsole } from './environment.mjs'

test("cargo runs as the functions' builder runs it", () => {
  assert.deepEqual(ofCargo({ HOME: '/h', PATH: '/bin' }), {
    HOME: '/h',
    PATH: '/h/.cargo/bin:/bin',
    RUSTFLAGS: '',
  })
  assert.equal(ofCargo({ HOME: '/h', PATH: '/bin', RUSTFLAGS: '-C x' }).RUSTFLAGS, '-C x')
})

test('cargo finds its target directory, its toolchain and the proxy', () => {
  const given = {
    CARGO_TARGET_DIR: '/t',
    RUSTUP_HOME: '/r',
    https_proxy: 'http://proxy',
    SSL_CERT_FILE: '/ca',
    CC: 'clang',
  }
  const { HOME, PATH, RUSTFLAGS, ...rest } = ofCargo({ ...given, HOME: '/h', PATH: '/bin' })
  assert.deepEqual(rest, given)
})

test('the console is the one that is published, whatever `vercel dev` calls its environment', () => {
  assert.deepEqual(ofConsole({ PATH: '/bin', NODE_ENV: 'development' }), {
    PATH: '/bin',
    NODE_ENV: 'production',
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { nextTick, shallowRef } from 'vue'
import { isListed } from './mostUsed'
import { useVerdict } from './useVerdict'
import { runInApp } from '@tests/runInApp'

const folder = '../crates/core/src/passwords/most_used'
const digests = new Uint8Array(readFileSync(`${folder}/digests.bin`))
const top = readFileSync(`${folder}/top.txt`, 'utf8').trimEnd().split('\n')

describe('the list of the most used passwords', () => {
  it('contains the 3,000 most used passwords, in lower and upper case', async () => {
    expect(top).toHaveLength(3000)
    const missing = []
    for (const password of top) {
      if (
        !(await isListed(digests, password)) ||
        !(await isListed(digests, password.toUpperCase()))
      )
        missing.push(password)
    }
    expect(missing).toEqual([])
  })

  it('does not contain another password', async () => {
    expect(await isListed(digests, 'velvet harbor siren')).toBe(false)
    expect(await isListed(new Uint8Array(), 'velvet harbor siren')).toBe(false)
  })

  it('is loaded once, when a typed password meets the other rules', async () => {
    const loaded = vi.fn(() => Promise.resolve(new Response(digests)))
    vi.stubGlobal('fetch', loaded)
    vi.stubGlobal('isSecureContext', true)
    const password = shallowRef('short')
    const verdict = runInApp(() =>
      useVerdict(
        () => password.value,
        () => [],
      ),
    )
    expect(loaded).not.toHaveBeenCalled()

    password.value = 'Sojdlg123aljg'
    await nextTick()
    await vi.waitFor(() =>
      expect(verdict.value).toEqual({ kind: 'refused', refusal: 'too_common', length: 13 }),
    )

    password.value = 'Sojdlg123aljg and more'
    expect(verdict.value.kind).toBe('strong')
    expect(loaded).toHaveBeenCalledOnce()
  })
})

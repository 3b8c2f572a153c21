import { beforeEach, describe, expect, it, vi } from 'vitest'
import { shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { useCountdown } from './useCountdown'
import { useThrottled } from './useThrottled'
import { useSubmission } from './useSubmission'
import { runInApp } from '@tests/runInApp'

beforeEach(() => {
  vi.useFakeTimers()
  return () => vi.useRealTimers()
})

describe('useCountdown', () => {
  it('counts whole seconds down to 0 and then stops', async () => {
    const until = shallowRef<number | null>(Date.now() + 2_500)
    const left = runInApp(() => useCountdown(until))

    expect(left.value).toBe(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(left.value).toBe(2)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(left.value).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('restarts when the time changes', async () => {
    const until = shallowRef<number | null>(null)
    const left = runInApp(() => useCountdown(until))
    expect(left.value).toBe(0)

    until.value = Date.now() + 10_000
    await vi.advanceTimersByTimeAsync(0)
    expect(left.value).toBe(10)
  })
})

describe('useThrottled', () => {
  it('acts at once, and then with the last value when the interval has passed', async () => {
    const act = vi.fn()
    const { call } = runInApp(() => useThrottled(act, 100))

    call('a')
    expect(act.mock.calls).toEqual([['a']])
    call('ad')
    await vi.advanceTimersByTimeAsync(60)
    call('ada')
    expect(act).toHaveBeenCalledTimes(1)
    await vi.advanceTimersByTimeAsync(40)
    expect(act.mock.calls).toEqual([['a'], ['ada']])
  })

  it('keeps the interval after a delayed call, and acts at once after a pause', async () => {
    const act = vi.fn()
    const { call } = runInApp(() => useThrottled(act, 100))

    call('a')
    call('ad')
    await vi.advanceTimersByTimeAsync(100)
    call('ada')
    expect(act).toHaveBeenCalledTimes(2)
    await vi.advanceTimersByTimeAsync(200)
    expect(act).toHaveBeenCalledTimes(3)
    call('b')
    expect(act).toHaveBeenLastCalledWith('b')
  })

  it('acts at once when flushed, and only once', async () => {
    const act = vi.fn()
    const { call, flush } = runInApp(() => useThrottled(act, 100))

    call('a')
    call('ada')
    flush()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(act.mock.calls).toEqual([['a'], ['ada']])
  })
})

describe('useSubmission', () => {
  const refusal = new Problem({ status: 429, code: 'too_many_attempts', retryAfter: 2 })

  it('does not submit while the wait of Retry-After lasts, and submits after it', async () => {
    const send = vi.fn(() => Promise.reject(refusal))
    const { submit, problem, blocked } = runInApp(() => useSubmission(send))

    await submit()
    expect(problem.value).toBe(refusal)
    expect(blocked.value).toBe(true)
    await submit()
    expect(send).toHaveBeenCalledTimes(1)

    await vi.advanceTimersByTimeAsync(2_500)
    expect(blocked.value).toBe(false)
    await submit()
    expect(send).toHaveBeenCalledTimes(2)
  })

  it('submits once for a double click', async () => {
    const send = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 100)))
    const { submit, busy } = runInApp(() => useSubmission(send))

    const both = Promise.all([submit(), submit()])
    expect(busy.value).toBe(true)
    await vi.advanceTimersByTimeAsync(100)
    await both

    expect(send).toHaveBeenCalledTimes(1)
    expect(busy.value).toBe(false)
  })

  it('converts any thrown error to a problem', async () => {
    const { submit, problem } = runInApp(() =>
      useSubmission(() => Promise.reject(new TypeError('fetch failed'))),
    )

    await submit()

    expect(problem.value).toMatchObject({ status: 0, code: 'no_answer', isTransient: true })
  })
})

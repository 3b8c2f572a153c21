import { describe, expect, it } from 'vitest'
import { backoff } from './backoff'

describe('backoff', () => {
  it('doubles up to 30 s, half of which is random', () => {
    expect([0, 1, 2, 10].map((attempt) => backoff(attempt, null, () => 0))).toEqual([
      500, 1_000, 2_000, 15_000,
    ])
    expect([0, 1, 2, 10].map((attempt) => backoff(attempt, null, () => 1))).toEqual([
      1_000, 2_000, 4_000, 30_000,
    ])
  })

  it('is never shorter than Retry-After', () => {
    expect(backoff(0, 20, () => 0)).toBe(20_000)
    expect(backoff(10, 1, () => 0)).toBe(15_000)
  })
})

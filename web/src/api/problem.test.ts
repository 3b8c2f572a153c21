import { describe, expect, it } from 'vitest'
import { readRetryAfter } from './problem'

describe('readRetryAfter', () => {
  it('reads seconds and dates, and returns null for other values', () => {
    const now = Date.parse('2026-11-23T12:00:00Z')
    expect(readRetryAfter('75')).toBe(75)
    expect(readRetryAfter('Mon, 23 Nov 2026 12:00:30 GMT', now)).toBe(30)
    expect(readRetryAfter('Mon, 23 Nov 2026 11:00:00 GMT', now)).toBe(0)
    expect(readRetryAfter('soon')).toBeNull()
    expect(readRetryAfter(null)).toBeNull()
  })
})

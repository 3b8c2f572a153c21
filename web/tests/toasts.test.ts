import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { dismiss, hold, release, say, toasts } from '@/ui/toasts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const { id } of [...toasts]) dismiss(id)
  vi.useRealTimers()
})

describe('a toast', () => {
  it('goes away by itself', () => {
    say('Done.')
    vi.advanceTimersByTime(7_999)
    expect(toasts).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(toasts).toHaveLength(0)
  })

  it('hurries nobody who is at it', () => {
    say('Done.')
    hold()
    say('And this.')
    vi.advanceTimersByTime(60_000)
    expect(toasts).toHaveLength(2)
    release()
    vi.advanceTimersByTime(8_000)
    expect(toasts).toHaveLength(0)
  })
})

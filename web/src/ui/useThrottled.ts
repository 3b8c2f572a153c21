import { onScopeDispose } from 'vue'

/**
 * Calls `act` at once, and again for what comes within the next `ms` when they are over: always with the last value,
 * and never more often than that. `flush` does not wait.
 */
export function useThrottled<T>(act: (value: T) => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting: { value: T } | null = null

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (!waiting) return
    const { value } = waiting
    waiting = null
    timer = setTimeout(flush, ms)
    act(value)
  }

  function call(value: T): void {
    waiting = { value }
    if (timer === undefined) flush()
  }

  onScopeDispose(() => {
    clearTimeout(timer)
    waiting = null
  })
  return { call, flush }
}

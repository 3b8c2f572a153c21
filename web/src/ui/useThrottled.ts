import { onScopeDispose } from 'vue'

/**
 * Throttles calls of `act` to one in `ms`: the first call runs at once; later ones within the interval are combined into
 * one call with the last value at its end. `flush` runs a waiting call at once.
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

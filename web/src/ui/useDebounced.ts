import { onScopeDispose } from 'vue'

/** Calls `act` with the last value once none has come for `ms`; `flush` does not wait. */
export function useDebounced<T>(act: (value: T) => void, ms: number) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let waiting: { value: T } | null = null

  function flush(): void {
    clearTimeout(timer)
    if (!waiting) return
    const { value } = waiting
    waiting = null
    act(value)
  }

  function call(value: T): void {
    waiting = { value }
    clearTimeout(timer)
    timer = setTimeout(flush, ms)
  }

  function cancel(): void {
    clearTimeout(timer)
    waiting = null
  }

  onScopeDispose(cancel)
  return { call, flush, cancel }
}

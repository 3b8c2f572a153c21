import { computed, onScopeDispose, ref, watch, type ComputedRef, type Ref } from 'vue'

/** Whole seconds left until a time (ms since the epoch); 0 if it has passed or is null. */
export function useCountdown(until: Readonly<Ref<number | null>>): ComputedRef<number> {
  const now = ref(Date.now())
  let timer: ReturnType<typeof setInterval> | undefined

  function tick(): void {
    now.value = Date.now()
    if (until.value === null || now.value >= until.value) clearInterval(timer)
  }

  watch(
    until,
    (at) => {
      clearInterval(timer)
      now.value = Date.now()
      if (at !== null) timer = setInterval(tick, 250)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearInterval(timer))

  return computed(() =>
    until.value === null ? 0 : Math.max(0, Math.ceil((until.value - now.value) / 1_000)),
  )
}

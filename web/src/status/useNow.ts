import { onScopeDispose, ref, type Ref } from 'vue'

/** The current time in ms since the epoch, updated every `everyMs`. */
export function useNow(everyMs: number): Readonly<Ref<number>> {
  const now = ref(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return now
}

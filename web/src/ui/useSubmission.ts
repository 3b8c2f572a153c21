import { computed, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { useCountdown } from './useCountdown'

/** A form's way to the server: one try at a time, the problem it met, and the wait the server asked for. */
export function useSubmission(send: () => Promise<void>) {
  const busy = shallowRef(false)
  const problem = shallowRef<Problem | null>(null)
  const retryAt = shallowRef<number | null>(null)
  const waiting = useCountdown(retryAt)
  const blocked = computed(() => waiting.value > 0)

  async function submit(): Promise<void> {
    if (busy.value || blocked.value) return
    busy.value = true
    problem.value = null
    retryAt.value = null
    try {
      await send()
    } catch (thrown) {
      problem.value = Problem.from(thrown)
      const { retryAfter } = problem.value
      retryAt.value = retryAfter === null ? null : Date.now() + retryAfter * 1_000
    } finally {
      busy.value = false
    }
  }

  return { busy, problem, retryAt, blocked, submit }
}

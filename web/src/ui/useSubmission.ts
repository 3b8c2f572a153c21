import { computed, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { useCountdown } from './useCountdown'

/**
 * Submits a form or an action: one attempt at a time. Keeps the problem of the last attempt, and blocks further attempts
 * until the time of its `Retry-After`.
 */
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

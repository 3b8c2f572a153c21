import { shallowRef } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'
import { Problem } from '@/api/problem'
import { backoff } from '@/retry/backoff'
import { startPause, type Pause } from '@/retry/startPause'

/** A page whose files did not come, why, and the time of the next try in ms. */
export const lostPage = shallowRef<{ problem: Problem; retryAt: number } | null>(null)

/** As for any call. */
const DEADLINE_MS = 15_000
/** Past every doubling: for what waiting alone does not mend. */
const LATE = 10

let pause: Pause | null = null

/** Ends the pause before the next try. */
export function fetchNow(): void {
  pause?.end()
}

/**
 * Comes back to pages whose files did not come: the line is cut, or a newer deployment has replaced them. A browser
 * may not ask twice for a file that it missed, so what mends it is loading the console anew, at that page; but only
 * when the server can be reached, for otherwise the browser's own error page would take the console's place.
 */
export function fetchLostPages(router: Router): void {
  // Counts what is on its way, so that whoever goes somewhere else meanwhile is not called back.
  let wanted = 0

  router.beforeEach(() => {
    wanted += 1
    fetchNow()
    lostPage.value = null
  })

  router.onError((_error, to, from) => void comeBack(to, from))

  async function comeBack(
    to: RouteLocationNormalized,
    from: RouteLocationNormalized,
  ): Promise<void> {
    const mine = wanted
    // Here a reload would be the second: only late, lest it turn in circles.
    const isReload = from.matched.length === 0 && wasReloaded()
    for (let attempt = 0; mine === wanted; attempt += 1) {
      const unreachable = await reach(to.fullPath)
      if (mine !== wanted) return
      if (!unreachable && (attempt > 0 || !isReload)) return leaveFor(to, from)
      const wait = backoff(unreachable ? attempt : LATE, unreachable?.retryAfter)
      lostPage.value = {
        problem: unreachable ?? new Problem({ status: 500, code: 'page_lost' }),
        retryAt: Date.now() + wait,
      }
      pause = startPause(wait)
      await pause.over
    }
  }
}

function leaveFor(to: RouteLocationNormalized, from: RouteLocationNormalized): void {
  if (from.matched.length === 0) location.reload()
  else location.assign(to.fullPath)
}

/** Null if the console can be loaded from there. */
async function reach(address: string): Promise<Problem | null> {
  try {
    const response = await fetch(address, {
      cache: 'no-store',
      signal: AbortSignal.timeout(DEADLINE_MS),
    })
    return response.ok ? null : Problem.fromAnswer(response, null)
  } catch (thrown) {
    return Problem.from(thrown)
  }
}

function wasReloaded(): boolean {
  const [load] = performance.getEntriesByType('navigation') as (
    PerformanceNavigationTiming | undefined
  )[]
  return load?.type === 'reload'
}

import { shallowRef } from 'vue'
import type { RouteLocationNormalized, Router } from 'vue-router'
import { Problem } from '@/api/problem'
import { backoff } from '@/retry/backoff'
import { startPause, type Pause } from '@/retry/startPause'

/** Set while the files of a page could not be loaded: the cause, and the time of the next retry in ms since the epoch. */
export const lostPage = shallowRef<{ problem: Problem; retryAt: number } | null>(null)

/** The same deadline as for API requests. */
const DEADLINE_MS = 15_000
/** Attempt number for `backoff` with the longest wait, for failures that waiting alone does not fix. */
const LATE = 10

let pause: Pause | null = null

/** Ends the wait before the next retry. */
export function fetchNow(): void {
  pause?.end()
}

/**
 * Retries pages whose files could not be loaded, because the connection is lost or a newer deployment has replaced them.
 * A browser may not request a failed module again, so the console itself is loaded again, at that page. This waits until
 * the server is reachable; otherwise the browser's error page would replace the console.
 */
export function fetchLostPages(router: Router): void {
  // Counts navigations, so that a retry ends when the reader opens another page.
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
    // The page has already been reloaded once. Another reload must wait, to avoid a loop of reloads.
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

/** Null if the console can be loaded from this address. */
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

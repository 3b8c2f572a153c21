import { computed, onScopeDispose, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import type { BulkChanges, BulkResult, User } from '@/api/types'
import { changeUsers } from '@/api/usersBulk'
import { backoff } from '@/retry/backoff'
import { startPause, type Pause } from '@/retry/startPause'
import { useUserCache } from '@/users/userCache'

/** Users in one request. Small, so that the progress bar moves and a stop takes effect soon. */
const CHUNK = 25

export interface BulkRun {
  readonly changes: BulkChanges
  readonly total: number
  readonly results: readonly BulkResult[]
  /** The failure of the last request. The change is retried if it is transient, otherwise it ends. */
  readonly problem: Problem | null
  readonly isOver: boolean
}

/** Changes many users in chunks. Temporary failures (503, no connection) are retried until the change is stopped. */
export function useBulk() {
  const cache = useUserCache()
  const run = shallowRef<BulkRun | null>(null)
  const isRunning = computed(() => run.value !== null && !run.value.isOver)
  /** Whether a stop was requested. The chunk that was already sent is still completed. */
  const isStopping = shallowRef(false)
  let pause: Pause | null = null
  let latest: Promise<unknown> = Promise.resolve()

  /** Starts a change after the running one has ended, for example an undo during the next change. */
  function start(users: readonly User[], changes: BulkChanges): Promise<BulkRun> {
    const mine = isRunning.value ? latest.then(() => work(users, changes)) : work(users, changes)
    latest = mine
    return mine
  }

  async function work(users: readonly User[], changes: BulkChanges): Promise<BulkRun> {
    isStopping.value = false
    let now: BulkRun = { changes, total: users.length, results: [], problem: null, isOver: false }
    const note = (change: Partial<BulkRun>): void => {
      now = { ...now, ...change }
      run.value = now
    }
    note({})
    for (let at = 0, failures = 0; at < users.length && !isStopping.value;) {
      const ids = users.slice(at, at + CHUNK).map(({ id }) => id)
      try {
        // Idempotent: users that were already changed are returned as unchanged.
        const results = await changeUsers(ids, changes)
        cache.show(results.flatMap(({ user }) => user ?? []))
        note({ results: [...now.results, ...results], problem: null })
        at += CHUNK
        failures = 0
      } catch (thrown) {
        const problem = Problem.from(thrown)
        note({ problem })
        if (!problem.isTransient) break
        if (isStopping.value) break
        pause = startPause(backoff(failures, problem.retryAfter))
        await pause.over
        failures += 1
      }
    }
    note({ isOver: true })
    cache.refresh()
    return now
  }

  function stop(): void {
    isStopping.value = true
    pause?.end()
  }

  onScopeDispose(stop)
  return { run, isRunning, isStopping, start, stop, close: () => (run.value = null) }
}

/** Counts the results by outcome. */
export function tally(
  results: readonly BulkResult[],
): Partial<Record<BulkResult['outcome'], number>> {
  const counts: Partial<Record<BulkResult['outcome'], number>> = {}
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1
  return counts
}

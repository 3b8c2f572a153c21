const FIRST_MS = 1_000
const CEILING_MS = 30_000

/**
 * Milliseconds to wait after failed attempt number `attempt` (from 0). The wait doubles up to 30 s. Half of it is random
 * (jitter), so that pages that failed together do not retry together. It is never shorter than `retryAfter` seconds.
 */
export function backoff(
  attempt: number,
  retryAfter: number | null = null,
  random: () => number = Math.random,
): number {
  const step = Math.min(CEILING_MS, FIRST_MS * 2 ** attempt)
  const jittered = step / 2 + (random() * step) / 2
  return retryAfter === null
    ? jittered
    : Math.max(jittered, retryAfter * 1_000 + random() * FIRST_MS)
}

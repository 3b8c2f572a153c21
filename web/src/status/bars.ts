import type { SignIns } from '@/api/types'

/** Height of the chart, in units of its `viewBox`. */
export const HEIGHT = 100
/** Minimum number of sign-ins for the full height, so that two or three do not look like many. */
const LEAST_SCALE = 5
/** Minimum length of a bar, so that one sign-in is visible beside ten thousand. */
const LEAST_BAR = 1.5

export interface Bars {
  /** Vertical position of the line between successful and failed sign-ins. */
  axis: number
  bars: { up: number; down: number }[]
}

/** Computes the bars: successful sign-ins above the line and failed ones below it, on the same scale. */
export function barsOf(buckets: SignIns['buckets']): Bars {
  const most = (name: 'succeeded' | 'failed'): number =>
    Math.max(0, ...buckets.map((bucket) => bucket[name]))
  const [above, below] = [most('succeeded'), most('failed')]
  const scale = HEIGHT / Math.max(LEAST_SCALE, above + below)
  const length = (count: number): number => (count === 0 ? 0 : Math.max(LEAST_BAR, count * scale))
  const free = HEIGHT - length(above) - length(below)
  return {
    axis: Math.max(
      length(above),
      Math.min(HEIGHT - length(below), length(above) + (below === 0 ? free : free / 2)),
    ),
    bars: buckets.map(({ succeeded, failed }) => ({ up: length(succeeded), down: length(failed) })),
  }
}

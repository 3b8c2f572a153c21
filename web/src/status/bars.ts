import type { SignIns } from '@/api/types'

/** Height of the drawing, in its own units. */
export const HEIGHT = 100
/** A chart of two or three sign-ins must not look like a rush. */
const LEAST_SCALE = 5
/** One is to be seen beside ten thousand. */
const LEAST_BAR = 1.5

export interface Bars {
  /** Where the line between the two lies. */
  axis: number
  bars: { up: number; down: number }[]
}

/** Succeeded upwards and failed downwards from one line, to one scale. */
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

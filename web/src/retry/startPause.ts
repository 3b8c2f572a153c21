export interface Pause {
  over: Promise<void>
  end(): void
}

/** A wait that can be cut short. */
export function startPause(ms: number): Pause {
  let end = (): void => undefined
  const over = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    end = () => {
      clearTimeout(timer)
      resolve()
    }
  })
  return { over, end }
}

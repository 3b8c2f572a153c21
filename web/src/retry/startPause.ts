export interface Pause {
  over: Promise<void>
  end(): void
}

/** Starts a wait that `end` can cut short; `over` resolves in both cases. */
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

import { computed, onScopeDispose, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { exportUsers, type ExportSearch } from '@/api/usersExport'
import { openDownload } from './download'

const NEWLINE = 10

/** Downloads the users of a filter as CSV, and says how far it has come. */
export function useExport() {
  /** Rows that have arrived; null while nothing is on its way. */
  const rows = shallowRef<number | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let stopping: AbortController | null = null

  /** Whether it is all there: not if it was stopped or something went wrong. */
  async function start(search: ExportSearch): Promise<boolean> {
    problem.value = null
    // Asked for first: browsers let a page open this dialog only right after a click.
    const file = await openDownload(`users-${new Date().toISOString().slice(0, 10)}.csv`)
    if (!file) return false
    const { signal } = (stopping = new AbortController())
    rows.value = 0
    try {
      const stream = await exportUsers(search, signal)
      let lines = 0
      for await (const chunk of read(stream)) {
        await file.write(chunk)
        for (const byte of chunk) if (byte === NEWLINE) lines += 1
        // The first line names the columns.
        rows.value = Math.max(0, lines - 1)
      }
      await file.close()
      return true
    } catch (thrown) {
      // Half a list must not look like a whole one.
      await file.abandon()
      if (!signal.aborted) problem.value = Problem.from(thrown)
      return false
    } finally {
      rows.value = null
    }
  }

  const stop = (): void => stopping?.abort()
  onScopeDispose(stop)
  return { rows, problem, isRunning: computed(() => rows.value !== null), start, stop }
}

/** As `for await` over the stream itself, which not every browser has. */
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
}

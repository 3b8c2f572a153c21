import { computed, onScopeDispose, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { exportUsers, type ExportSearch } from '@/api/usersExport'
import { openDownload, type Download } from './download'

const NEWLINE = 10

/** Downloads the users of a filter as CSV, and says how far it has come. */
export function useExport() {
  /** Rows that have arrived; null while nothing is on its way. */
  const rows = shallowRef<number | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let stopping: AbortController | null = null

  /** Whether it is all there: not if it was stopped or something went wrong. */
  async function start(search: ExportSearch): Promise<boolean> {
    // A second click finds the question where to save it still open.
    if (stopping) return false
    const mine = (stopping = new AbortController())
    problem.value = null
    try {
      // Asked for first: browsers let a page open this dialog only right after a click.
      const file = await openDownload(`users-${today()}.csv`)
      return file !== null && (await save(search, file, mine))
    } finally {
      rows.value = null
      stopping = null
    }
  }

  async function save(
    search: ExportSearch,
    file: Download,
    reading: AbortController,
  ): Promise<boolean> {
    const { signal } = reading
    rows.value = 0
    try {
      const stream = await exportUsers({ ...search, bom: true, separator: listSeparator() }, signal)
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
      // Nobody reads on, also if it was the disk that gave up.
      reading.abort()
      return false
    }
  }

  const stop = (): void => stopping?.abort()
  onScopeDispose(stop)
  return { rows, problem, isRunning: computed(() => rows.value !== null), start, stop }
}

/**
 * What spreadsheets split cells at in the reader's country: a semicolon where numbers have a decimal comma, and in the
 * German-speaking countries, Switzerland's decimal point notwithstanding.
 */
export function listSeparator(language = navigator.language): 'comma' | 'semicolon' {
  const hasDecimalComma = new Intl.NumberFormat(language).format(1.5).includes(',')
  return hasDecimalComma || language.startsWith('de') ? 'semicolon' : 'comma'
}

/** As the reader's calendar has it: 2026-11-23. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

/** As `for await` over the stream itself, which not every browser has. */
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
}

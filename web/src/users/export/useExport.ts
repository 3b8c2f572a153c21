import { computed, onScopeDispose, shallowRef } from 'vue'
import { Problem } from '@/api/problem'
import { exportUsers, type ExportSearch } from '@/api/usersExport'
import { openDownload, type Download } from './download'

const NEWLINE = 10

/** Downloads the users of a filter as CSV, and shows the progress. */
export function useExport() {
  /** Number of rows that have arrived; null while no export runs. */
  const rows = shallowRef<number | null>(null)
  const problem = shallowRef<Problem | null>(null)
  let stopping: AbortController | null = null

  /** Resolves to whether the export is complete: false if it was stopped or failed. */
  async function start(search: ExportSearch): Promise<boolean> {
    // A second click while the file dialog is open or the export runs.
    if (stopping) return false
    const mine = (stopping = new AbortController())
    problem.value = null
    try {
      // Before the request, because browsers open the file dialog only directly after a click.
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
        // The first line is the header.
        rows.value = Math.max(0, lines - 1)
      }
      await file.close()
      return true
    } catch (thrown) {
      // An incomplete list must not look complete.
      await file.abandon()
      if (!signal.aborted) problem.value = Problem.from(thrown)
      // Cancels the request, which is still running if writing to the disk failed.
      reading.abort()
      return false
    }
  }

  const stop = (): void => stopping?.abort()
  onScopeDispose(stop)
  return { rows, problem, isRunning: computed(() => rows.value !== null), start, stop }
}

/**
 * The separator that spreadsheets expect in the reader's region: a semicolon where numbers have a decimal comma, and in
 * all German-speaking regions, including Switzerland with its decimal point.
 */
export function listSeparator(language = navigator.language): 'comma' | 'semicolon' {
  const hasDecimalComma = new Intl.NumberFormat(language).format(1.5).includes(',')
  return hasDecimalComma || language.startsWith('de') ? 'semicolon' : 'comma'
}

/** The date in the reader's time zone, for example 2026-11-23. */
function today(): string {
  const now = new Date()
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, '0'))
    .join('-')
}

/** Iterates over the stream. Not every browser supports `for await` on the stream itself. */
async function* read(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value
}

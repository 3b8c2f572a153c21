/** A file that is being written to the place that the user has chosen. */
export interface Download {
  write(chunk: Uint8Array): Promise<void> | void
  close(): Promise<void> | void
  /** Discards an incomplete file. */
  abandon(): Promise<void> | void
}

interface FilePicker {
  showSaveFilePicker?(options: { suggestedName: string }): Promise<{
    createWritable(): Promise<WritableStream & { write(chunk: Uint8Array): Promise<void> }>
  }>
}

/** Writes to the disk if the browser supports it, otherwise collects in memory. Null if the user cancels the dialog. */
export async function openDownload(name: string): Promise<Download | null> {
  const { showSaveFilePicker } = window as FilePicker
  if (!showSaveFilePicker) return inMemory(name)
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name })
    const file = await handle.createWritable()
    return {
      write: (chunk) => file.write(chunk),
      close: () => file.close(),
      abandon: () => file.abort().catch(() => undefined),
    }
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return null
    return inMemory(name)
  }
}

function inMemory(name: string): Download {
  const parts: BlobPart[] = []
  return {
    write: (chunk) => void parts.push(chunk.slice()),
    close() {
      const link = document.createElement('a')
      link.href = URL.createObjectURL(new Blob(parts, { type: 'text/csv' }))
      link.download = name
      link.click()
      // The browser reads the URL after the click; 60 s is a safe margin before it is revoked.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
    },
    abandon: () => void (parts.length = 0),
  }
}

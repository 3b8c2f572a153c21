const MARKER = '__Host-hallpass-present='

/**
 * Whether this browser may hold a session: the server sets a readable cookie beside the one that no script can
 * read, and takes both away together. Where cookies cannot be read (in a sandboxed frame), only asking tells.
 */
export function mayHoldSession(): boolean {
  try {
    return document.cookie.split('; ').some((pair) => pair.startsWith(MARKER))
  } catch {
    return true
  }
}

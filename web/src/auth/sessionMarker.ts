const MARKER = '__Host-hallpass-present='

/**
 * Whether this browser may have a session: the server sets a script-readable marker cookie together with the HttpOnly
 * session cookie, and deletes both together. True if cookies cannot be read (sandboxed frame): only a refresh can tell.
 */
export function mayHoldSession(): boolean {
  try {
    return document.cookie.split('; ').some((pair) => pair.startsWith(MARKER))
  } catch {
    return true
  }
}

/** The token of the one-time link this page was opened with: in memory only, gone with the page. */
let token: string | null = null

/** Moves the token of `/welcome#<token>` out of the address bar, before anything can copy the address. */
export function takeLinkToken(): void {
  if (location.pathname !== '/welcome' || location.hash.length < 2) return
  token = location.hash.slice(1)
  history.replaceState(history.state, '', location.pathname + location.search)
}

export function linkToken(): string | null {
  return token
}

/** The link has done its work, or will never do it. */
export function dropLinkToken(): void {
  token = null
}

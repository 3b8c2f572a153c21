import { readSetupLink, type ReadSetupLink } from './readSetupLink'

/** The one-time link that this page was opened with: in memory only, gone with the page. */
let link: ReadSetupLink = { kind: 'none' }

const MISPLACED = /%23|hpl_|hpl%5F/i

/** Moves the token of `/welcome#<token>` out of the address bar, before anything can copy the address. */
export function takeSetupLinkToken(): void {
  const { pathname, search, hash } = location
  if (!/^\/welcome(?![\w-])/.test(pathname)) return
  const afterPath = pathname.slice('/welcome'.length)
  // Where the # was encoded on the way (`/welcome%23hpl_…`), the token arrives in the path or in the query.
  const inPath = MISPLACED.test(afterPath) ? afterPath : ''
  if (!inPath && afterPath !== '' && afterPath !== '/') return
  const inQuery = MISPLACED.test(search) ? search : ''
  const found = readSetupLink(`${inPath}${inQuery}${hash.slice(1)}`)
  if (found.kind === 'none') return
  link = found
  history.replaceState(history.state, '', `/welcome${inQuery ? '' : search}`)
}

export function openedSetupLink(): ReadSetupLink {
  return link
}

/** The link has done its work, or will never do it. */
export function dropSetupLinkToken(): void {
  link = { kind: 'none' }
}

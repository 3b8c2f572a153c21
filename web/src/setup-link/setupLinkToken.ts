import { readSetupLink, type ReadSetupLink } from './readSetupLink'

/** The one-time link with which this page was opened. It is only in memory. */
let link: ReadSetupLink = { kind: 'none' }

const MISPLACED = /%23|hpl_|hpl%5F/i

/** Moves the token of `/welcome#<token>` from the address bar into memory, so that it is not in the browser's history. */
export function takeSetupLinkToken(): void {
  const { pathname, search, hash } = location
  if (!/^\/welcome(?![\w-])/.test(pathname)) return
  const afterPath = pathname.slice('/welcome'.length)
  // If a program has encoded the # (`/welcome%23hpl_…`), the token is in the path or in the query.
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

/** Forgets the link, after it was used or turned out to be invalid. */
export function dropSetupLinkToken(): void {
  link = { kind: 'none' }
}

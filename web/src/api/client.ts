import createClient from 'openapi-fetch'
import { Problem } from './problem'
import type { paths } from './schema'

/** Where calls get their access token from: the session. */
export interface AccessTokens {
  /** The token to use now, renewed first if it is known to have expired; null when signed out. */
  current(): Promise<string | null>
  /** A token other than the refused one; null if the session is over. */
  renew(refused: string): Promise<string | null>
}

/** Longer than the server's own deadline (8 s): its answer is worth more than our guess. */
const DEADLINE_MS = 15_000

let tokens: AccessTokens | null = null
let refused: (() => void) | null = null

/** Names the session whose tokens the calls of `signedInApi` carry. */
export function carryTokensOf(source: AccessTokens): void {
  tokens = source
}

/** Names whom to tell when a call is refused for want of a permission: what the console offers may be out of date. */
export function onRefusal(listener: () => void): void {
  refused = listener
}

/** For calls that need no access token: login, refresh, logout, recovery. */
export const publicApi = createClient<paths>({ baseUrl: location.origin, fetch: send })

/** For everything else: carries the access token, and renews it once when it is refused. */
export const signedInApi = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => sendSignedIn(request),
})

/** As `signedInApi`, for answers that may take long to arrive in full: there the deadline holds until they begin. */
export const signedInStreams = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => sendSignedIn(request, sendUntilAnswered),
})

/** The body of a successful answer; everything else is thrown as a Problem. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    // Our own caller has lost interest; that is no problem to show anybody.
    if (thrown instanceof DOMException && thrown.name === 'AbortError') throw thrown
    throw Problem.from(thrown)
  })
  if (!response.ok) throw Problem.fromAnswer(response, error)
  return data as T
}

function send(request: Request): Promise<Response> {
  return fetch(request, {
    signal: AbortSignal.any([request.signal, AbortSignal.timeout(DEADLINE_MS)]),
  })
}

async function sendUntilAnswered(request: Request): Promise<Response> {
  const waiting = new AbortController()
  const timer = setTimeout(
    () => waiting.abort(new DOMException('no answer in time', 'TimeoutError')),
    DEADLINE_MS,
  )
  try {
    return await fetch(request, { signal: AbortSignal.any([request.signal, waiting.signal]) })
  } finally {
    clearTimeout(timer)
  }
}

async function sendSignedIn(request: Request, sendOnce = send): Promise<Response> {
  const token = await tokens?.current()
  if (!token) throw new Problem({ status: 401, code: 'unauthenticated' })
  // A body can be read once: the first try sends a copy.
  const first = await sendOnce(withToken(request.clone(), token))
  if (first.status === 403) refused?.()
  if (first.status !== 401) return first
  const renewed = await tokens?.renew(token)
  return renewed ? sendOnce(withToken(request, renewed)) : first
}

function withToken(request: Request, token: string): Request {
  request.headers.set('Authorization', `Bearer ${token}`)
  return request
}

import createClient from 'openapi-fetch'
import { Problem } from './problem'
import type { paths } from './schema'

/** The source of the access token that requests carry: the session. */
export interface AccessTokens {
  /** The token to send now, renewed first if it has expired; null when signed out. */
  current(): Promise<string | null>
  /** A token other than the refused one; null if the session has ended. */
  renew(refused: string): Promise<string | null>
}

/** Longer than the server's own deadline (8 s), so that the server's answer arrives before the request is given up. */
const DEADLINE_MS = 15_000

let tokens: AccessTokens | null = null
let refused: (() => void) | null = null

/** Sets the session whose access tokens `signedInApi` and `signedInStreams` send. */
export function carryTokensOf(source: AccessTokens): void {
  tokens = source
}

/** Sets the listener for 403 responses: the permissions that the console has read may be out of date. */
export function onRefusal(listener: () => void): void {
  refused = listener
}

/** For requests without an access token: login, refresh, logout, recovery, health. */
export const publicApi = createClient<paths>({ baseUrl: location.origin, fetch: send })

/** For all other requests: sends the access token; if it is refused (401), renews it and repeats the request once. */
export const signedInApi = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => sendSignedIn(request),
})

/** Like `signedInApi`, for responses that are streamed: the deadline ends when the response begins. */
export const signedInStreams = createClient<paths>({
  baseUrl: location.origin,
  fetch: (request) => sendSignedIn(request, sendUntilAnswered),
})

/** Returns the body of a successful response. Everything else is thrown as a `Problem`. */
export async function answer<T>(
  call: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    // The caller cancelled the request: that is not a failure to show.
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
  // A body can be read only once, so the first attempt sends a copy.
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

// The server's list of the most used passwords (crates/core/src/passwords/most_used), loaded when a password is chosen.
import digestsUrl from '../../../crates/core/src/passwords/most_used/digests.bin?url'

/** Bytes of each digest, as in crates/core/src/passwords/most_used.rs. */
const DIGEST_BYTES = 5

let loading: Promise<Uint8Array | null> | null = null

/** Null if the list cannot be loaded or the browser has no `crypto.subtle` (insecure context): only the server checks then. */
async function load(): Promise<Uint8Array | null> {
  try {
    const response = await fetch(digestsUrl)
    return response.ok && globalThis.isSecureContext
      ? new Uint8Array(await response.arrayBuffer())
      : null
  } catch {
    return null
  }
}

/** Whether the server refuses the password as one of the most used ones; false if the browser cannot check it. */
export async function isMostUsed(password: string): Promise<boolean> {
  const digests = await (loading ??= load())
  return digests !== null && isListed(digests, password)
}

/** Whether the list contains this password, ignoring case. */
export async function isListed(digests: Uint8Array, password: string): Promise<boolean> {
  const text = new TextEncoder().encode(password.toLowerCase())
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  let [low, high] = [0, digests.length / DIGEST_BYTES]
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = compare(digests, middle * DIGEST_BYTES, digest)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

/** Negative if the digest at `offset` in the list is less than `digest`. */
function compare(digests: Uint8Array, offset: number, digest: Uint8Array): number {
  for (let at = 0; at < DIGEST_BYTES; at += 1) {
    const difference = (digests[offset + at] ?? 0) - (digest[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Number of characters after `hpl_` in a token. A test compares it with the pattern of `token` in openapi.json. */
export const TOKEN_LENGTH = 82

const TOKEN = new RegExp(`hpl_[A-Za-z0-9_-]{${TOKEN_LENGTH}}`)
/**
 * Characters that mail programs insert into a link: line breaks, indentation, quote marks, soft hyphens and zero-width
 * characters. In an address they are percent-encoded.
 */
const NOISE = /(?:[\s\p{Cf}=>|]|%[89A-F][\dA-F])+/giu

/** `incomplete`: a part of the token is missing or changed. `none`: there is no text. */
export type ReadSetupLink =
  { kind: 'none' } | { kind: 'incomplete' } | { kind: 'complete'; token: string }

/** Reads the token from the part of an address after `/welcome`, or from a pasted link or message. */
export function readSetupLink(text: string): ReadSetupLink {
  const decoded = decode(text)
  const together = decoded.replace(NOISE, '')
  // The unchanged text first, because removing line breaks can join the token with the words after it.
  const token = (TOKEN.exec(decoded) ?? TOKEN.exec(together))?.[0]
  if (token) return { kind: 'complete', token }
  return { kind: together === '' ? 'none' : 'incomplete' }
}

/** Decodes ASCII characters twice: some programs percent-encode the `#` of a link, and some encode a link twice. */
function decode(text: string): string {
  const ascii = (part: string): string =>
    part.replaceAll(/%([0-7][\dA-F])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return ascii(ascii(text))
}

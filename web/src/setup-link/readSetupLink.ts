/** Characters after `hpl_` in a token: the pattern of `token` in openapi.json, which a test compares. */
export const TOKEN_LENGTH = 82

const TOKEN = new RegExp(`hpl_[A-Za-z0-9_-]{${TOKEN_LENGTH}}`)
/** What mail programs put into a link: line breaks, indentation, quote marks, soft hyphens, zero-width characters (in an address, encoded). */
const NOISE = /(?:[\s\p{Cf}=>|]|%[89A-F][\dA-F])+/giu

/** `incomplete`: part of the link is missing, or was changed on its way. */
export type ReadSetupLink =
  { kind: 'none' } | { kind: 'incomplete' } | { kind: 'complete'; token: string }

/** Takes the token out of what follows `/welcome` in an address, or out of a pasted link or message. */
export function readSetupLink(text: string): ReadSetupLink {
  const decoded = decode(text)
  const together = decoded.replace(NOISE, '')
  // As it stands first: taking line breaks out can join the token with the words after it.
  const token = (TOKEN.exec(decoded) ?? TOKEN.exec(together))?.[0]
  if (token) return { kind: 'complete', token }
  return { kind: together === '' ? 'none' : 'incomplete' }
}

/** Some programs encode the `#` of a link, and some encode a link twice. Other characters of a token need no encoding. */
function decode(text: string): string {
  const ascii = (part: string): string =>
    part.replaceAll(/%([0-7][\dA-F])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  return ascii(ascii(text))
}

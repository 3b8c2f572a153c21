/** Letters that are written from right to left, and the signs that change the direction of what follows. */
const CHANGES_DIRECTION =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** Embeddings, overrides and isolates: they would reach past the end of the text, or end its isolation. */
const REACHES_FURTHER = /[\u202a-\u202e\u2066-\u2069]/g

/**
 * A text that others have chosen, for use inside a text of ours: its direction of writing must not change the order of
 * the words around it (FSI and PDI of UAX #9). Where it is an element's whole content, `<bdi>` does the same.
 */
export function isolate(text: string): string {
  return CHANGES_DIRECTION.test(text) ? `\u2068${text.replace(REACHES_FURTHER, '')}\u2069` : text
}

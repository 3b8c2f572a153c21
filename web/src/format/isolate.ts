/** Right-to-left letters, and the control characters that change the direction of the text after them. */
const CHANGES_DIRECTION =
  /[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u
/** Embeddings, overrides and isolates. They are removed, because they affect text after the end, or end the isolation. */
const REACHES_FURTHER = /[\u202a-\u202e\u2066-\u2069]/g

/**
 * Isolates user-supplied text that is put into a sentence, so that its direction does not change the order of the words
 * around it (FSI and PDI of UAX #9). If the text is the whole content of an element, use `<bdi>` instead.
 */
export function isolate(text: string): string {
  return CHANGES_DIRECTION.test(text) ? `\u2068${text.replace(REACHES_FURTHER, '')}\u2069` : text
}

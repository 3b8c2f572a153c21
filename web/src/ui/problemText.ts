import type { Problem } from '@/api/problem'
import { t, type PlainKey } from '@/i18n'
import { en } from '@/i18n/en'

/** The text of a problem for the reader: one or two sentences. */
export function problemText(problem: Problem): string {
  const known = `problem.${problem.code}`
  if (isPlain(known)) return t(known)
  if (problem.isTransient) return t('problem.transient')
  // For 5xx, the server's detail says no more than our text, and only in English.
  return (problem.status < 500 && problem.detail) || t('problem.unexpected')
}

/** The text for the error in one field, if there is one. The server's messages continue the field's name: "must have …". */
export function fieldText(problem: Problem | null, name: string): string | undefined {
  const field = problem?.field(name)
  if (!field) return undefined
  const known = `field.${field.code}`
  return isPlain(known) ? t(known) : t('problems.field', { message: field.message })
}

/** Whether the catalogue has this key. Texts of problems and fields have no arguments. */
function isPlain(key: string): key is Extract<PlainKey, `problem.${string}` | `field.${string}`> {
  return key in en
}

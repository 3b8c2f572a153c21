import type { Problem } from '@/api/problem'
import { t, type PlainKey } from '@/i18n'
import { en } from '@/i18n/en'

/** One or two sentences for people. */
export function problemText(problem: Problem): string {
  const known = `problem.${problem.code}`
  if (isPlain(known)) return t(known)
  if (problem.isTransient) return t('problem.transient')
  // Of what went wrong on its side, the server tells no more than we do, and only in English.
  return (problem.status < 500 && problem.detail) || t('problem.unexpected')
}

/** What is wrong with one field, if the server said so. Its messages go on from the field's name: "must have …". */
export function fieldText(problem: Problem | null, name: string): string | undefined {
  const field = problem?.field(name)
  if (!field) return undefined
  const known = `field.${field.code}`
  return isPlain(known) ? t(known) : t('problems.field', { message: field.message })
}

/** Whether we have words for it; none of these wants values. */
function isPlain(key: string): key is Extract<PlainKey, `problem.${string}` | `field.${string}`> {
  return key in en
}

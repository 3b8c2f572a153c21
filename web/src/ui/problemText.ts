import type { Problem } from '@/api/problem'

/** The console's own words, by code. What it has no words for is said in the server's. */
const BY_CODE: Record<string, string> = {
  no_answer: 'Hallpass could not be reached. Check your connection.',
  invalid_credentials: 'The e-mail address or the password is not right.',
  too_many_attempts: 'Too many attempts. Wait a little before the next one.',
}

const FIELD_BY_CODE: Record<string, string> = {
  too_common: 'It is made of words that everybody tries first. Take several words of your own.',
}

/** One or two sentences for people. */
export function problemText(problem: Problem): string {
  const known = BY_CODE[problem.code]
  if (known) return known
  if (problem.isTransient) return 'Hallpass cannot answer just now.'
  return problem.detail || 'Something went wrong on our side.'
}

/** What is wrong with one field, if the server said so. Its messages go on from the field's name: "must have …". */
export function fieldText(problem: Problem | null, name: string): string | undefined {
  const field = problem?.field(name)
  return field && (FIELD_BY_CODE[field.code] ?? `It ${field.message}.`)
}

import type { Problem } from '@/api/problem'

/** The console's own words, by code. What it has no words for is said in the server's. */
const BY_CODE: Record<string, string> = {
  no_answer: 'Hallpass could not be reached. Check your connection.',
  invalid_credentials: 'The e-mail address or the password is not right.',
  too_many_attempts: 'Too many attempts. Wait a little before the next one.',
}

/** One or two sentences for people. */
export function problemText(problem: Problem): string {
  const known = BY_CODE[problem.code]
  if (known) return known
  if (problem.isTransient) return 'Hallpass cannot answer just now.'
  return problem.detail || 'Something went wrong on our side.'
}

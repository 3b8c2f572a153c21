import { normalized, refusalOf, type Refusal } from './policy'

/** What there is to say about a password that is being typed. */
export type Verdict =
  { kind: 'refused'; refusal: Refusal; length: number } | { kind: 'fair' | 'good' | 'strong' }

/** Steps, as `stepsOf` counts them: 15 characters are what ASVS 6.2.1 recommends. */
const GOOD = 15
const STRONG = 20

/** Refused is what the server refuses; beyond that, length counts, and what only repeats or counts on does not. */
export function verdictOn(password: string, context: readonly string[]): Verdict {
  const refusal = refusalOf(password, context)
  if (refusal) return { kind: 'refused', refusal, length: [...normalized(password)].length }
  const steps = stepsOf(password)
  if (steps >= STRONG) return { kind: 'strong' }
  return { kind: steps >= GOOD ? 'good' : 'fair' }
}

/** Characters that cannot be told from the two before them: `aaaa` has two, `abcd` has two, `abcx` three. */
export function stepsOf(password: string): number {
  const points = [...password.toLowerCase()].map((char) => char.codePointAt(0) ?? 0)
  return points.filter((point, index) => {
    const [before, last] = [points[index - 2], points[index - 1]]
    return before === undefined || last === undefined || point - last !== last - before
  }).length
}

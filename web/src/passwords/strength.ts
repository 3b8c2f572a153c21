import { normalized, refusalOf, type Refusal } from './policy'

/** The result for a password that is being typed. `length` is in characters. */
export type Verdict =
  { kind: 'refused'; refusal: Refusal; length: number } | { kind: 'fair' | 'good' | 'strong' }

/** Minimum of `stepsOf` for each verdict. ASVS 6.2.1 recommends 15 characters. */
const GOOD = 15
const STRONG = 20

/** `refused` if the server refuses the password. Otherwise the length decides, without repetitions and sequences. */
export function verdictOn(password: string, context: readonly string[]): Verdict {
  const refusal = refusalOf(password, context)
  if (refusal) return { kind: 'refused', refusal, length: [...normalized(password)].length }
  const steps = stepsOf(password)
  if (steps >= STRONG) return { kind: 'strong' }
  return { kind: steps >= GOOD ? 'good' : 'fair' }
}

/** Number of characters that do not follow from the two before them: `aaaa` has two, `abcd` two, `abcx` three. */
export function stepsOf(password: string): number {
  const points = [...password.toLowerCase()].map((char) => char.codePointAt(0) ?? 0)
  return points.filter((point, index) => {
    const [before, last] = [points[index - 2], points[index - 1]]
    return before === undefined || last === undefined || point - last !== last - before
  }).length
}

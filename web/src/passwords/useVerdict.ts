import { computed, type ComputedRef, shallowRef, watchEffect } from 'vue'
import { isMostUsed } from './mostUsed'
import { type Verdict, verdictOn } from './strength'

/** The verdict on a password that is being typed by somebody whose e-mail and name are `context`. */
export function useVerdict(
  password: () => string,
  context: () => readonly string[],
): ComputedRef<Verdict> {
  /** The password that was found on the list of the most used ones: another one is judged without it. */
  const mostUsed = shallowRef<string | null>(null)

  watchEffect(async () => {
    const typed = password()
    if (verdictOn(typed, context()).kind !== 'refused' && (await isMostUsed(typed)))
      mostUsed.value = typed
  })

  return computed(() => {
    const typed = password()
    if (typed === mostUsed.value)
      return { kind: 'refused', refusal: 'too_common', length: [...typed].length }
    return verdictOn(typed, context())
  })
}

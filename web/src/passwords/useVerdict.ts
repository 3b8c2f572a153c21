import { computed, type ComputedRef, shallowRef, watchEffect } from 'vue'
import { isMostUsed } from './mostUsed'
import { type Verdict, verdictOn } from './strength'

/** The verdict on a password that is being typed, for a user whose e-mail and name are `context`. */
export function useVerdict(
  password: () => string,
  context: () => readonly string[],
): ComputedRef<Verdict> {
  /** The last typed password that is in the list of the most used ones. */
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

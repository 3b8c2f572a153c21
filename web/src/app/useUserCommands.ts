import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { useRouter } from 'vue-router'
import { listUsers } from '@/api/users'
import { isolate } from '@/format/isolate'
import { useThrottled } from '@/ui/useThrottled'
import type { Command } from './commands'

/** Commands that open the users whose name or e-mail address contains the words. */
export function useUserCommands(words: Readonly<Ref<string>>): ComputedRef<Command[]> {
  const router = useRouter()
  const asked = shallowRef('')
  const { call: later } = useThrottled((now: string) => (asked.value = now), 100)
  watch(words, (now) => later(now.trim()))

  const { data } = useQuery({
    queryKey: computed(() => ['users', 'palette', asked.value]),
    queryFn: ({ signal }) => listUsers({ q: asked.value, size: 6, total: 'none' }, signal),
    enabled: computed(() => asked.value.length > 1),
    placeholderData: keepPreviousData,
    staleTime: 10_000,
    // A failure, for example a missing permission, only means that no users are offered.
    retry: false,
  })

  return computed(() => {
    if (words.value.trim().length < 2) return []
    return (data.value?.items ?? []).map(({ id, name, email }) => ({
      id: `user-${id}`,
      group: 'go' as const,
      text: name ? `${isolate(name)} · ${isolate(email)}` : email,
      run: () => void router.push({ name: 'user', params: { id } }),
    }))
  })
}

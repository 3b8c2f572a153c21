import { computed, toValue, type ComputedRef, type MaybeRefOrGetter, type Ref } from 'vue'
import type { AuditPage } from '@/api/types'
import { t } from '@/i18n'

/** How to call the person whose events are shown: the address that stands in them. */
export function usePersonName(
  id: MaybeRefOrGetter<string>,
  page: Readonly<Ref<AuditPage | undefined>>,
): ComputedRef<string> {
  // Kept while the page that is shown tells nothing about them.
  const known = new Map<string, string>()
  return computed(() => {
    for (const { userId, userEmail, actorId, actorEmail } of page.value?.items ?? []) {
      if (userId && userEmail) known.set(userId, userEmail)
      if (actorId && actorEmail) known.set(actorId, actorEmail)
    }
    return known.get(toValue(id)) ?? t('audit.person.somebody')
  })
}

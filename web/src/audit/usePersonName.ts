import { computed, toValue, type ComputedRef, type MaybeRefOrGetter, type Ref } from 'vue'
import type { AuditPage } from '@/api/types'
import { t } from '@/i18n'

/** The name of the user that the log is filtered by: the e-mail address from the events that are shown. */
export function usePersonName(
  id: MaybeRefOrGetter<string>,
  page: Readonly<Ref<AuditPage | undefined>>,
): ComputedRef<string> {
  // Kept for pages without an event of this user.
  const known = new Map<string, string>()
  return computed(() => {
    for (const { userId, userEmail, actorId, actorEmail } of page.value?.items ?? []) {
      if (userId && userEmail) known.set(userId, userEmail)
      if (actorId && actorEmail) known.set(actorId, actorEmail)
    }
    return known.get(toValue(id)) ?? t('audit.person.somebody')
  })
}

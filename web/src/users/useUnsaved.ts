import { onScopeDispose, watch, type Ref } from 'vue'
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router'
import { t } from '@/i18n'
import { useSessionStore } from '@/auth/sessionStore'
import { ask } from '@/ui/questions'

/** Asks for confirmation before unsaved edits are lost by a link, the back button, or closing the tab. */
export function useUnsaved(isDirty: Readonly<Ref<boolean>>): void {
  const session = useSessionStore()

  async function mayLeave(): Promise<boolean> {
    // After the end of the session, the page is left in any case.
    if (!isDirty.value || !session.user) return true
    return ask({
      title: t('user.leave'),
      text: t('user.leave.text'),
      yes: t('user.leave.go'),
      no: t('user.leave.stay'),
      danger: true,
    })
  }

  onBeforeRouteLeave(mayLeave)
  onBeforeRouteUpdate((to, from) => (to.path === from.path ? true : mayLeave()))

  function hold(event: BeforeUnloadEvent): void {
    event.preventDefault()
  }
  watch(
    isDirty,
    (dirty) =>
      (dirty ? addEventListener : removeEventListener)('beforeunload', hold as EventListener),
    { immediate: true },
  )
  onScopeDispose(() => removeEventListener('beforeunload', hold))
}

import { useQueryClient } from '@tanstack/vue-query'
import { Problem } from '@/api/problem'
import type { User } from '@/api/types'
import { changeUser, showUser } from '@/api/user'
import { t } from '@/i18n'
import { useSessionStore } from '@/auth/sessionStore'
import { problemText } from '@/ui/problemText'
import { ask } from '@/ui/questions'
import { say } from '@/ui/toasts'
import { nameOf } from './nameOf'
import { useUserCache } from './userCache'

/** Deactivates and reactivates users. Both can be undone from the toast. */
export function useActivation() {
  const cache = useUserCache()
  const queries = useQueryClient()
  const session = useSessionStore()

  async function setActive(
    user: User,
    isActive: boolean,
    done: (user: User) => void,
  ): Promise<void> {
    try {
      const changed = await change(user, isActive)
      cache.put(changed)
      void queries.invalidateQueries({ queryKey: ['sessions', user.id] })
      done(changed)
    } catch (thrown) {
      const problem = Problem.from(thrown)
      say(`${t('users.changeFailed', { name: nameOf(user) })} ${problemText(problem)}`, {
        tone: 'danger',
      })
    }
  }

  async function deactivate(user: User): Promise<void> {
    if (user.id === session.user?.id) return deactivateSelf(user)
    const name = nameOf(user)
    return setActive(user, false, (changed) =>
      say(
        t('users.deactivated.done', { name }),
        undo(() => setActive(changed, true, () => say(t('users.undone', { name })))),
      ),
    )
  }

  /** Asks for confirmation, because it ends this session, too, and then cannot be undone here. */
  async function deactivateSelf(user: User): Promise<void> {
    const sure = await ask({
      title: t('users.deactivateSelf'),
      text: t('users.deactivateSelf.text'),
      yes: t('users.deactivate'),
      danger: true,
    })
    if (sure) await setActive(user, false, () => undefined)
  }

  function reactivate(user: User): Promise<void> {
    const name = nameOf(user)
    return setActive(user, true, (changed) =>
      say(
        t('users.reactivated.done', { name }),
        undo(() => setActive(changed, false, () => say(t('users.deactivated.done', { name })))),
      ),
    )
  }

  return { deactivate, reactivate }
}

function undo(act: () => Promise<void>) {
  return { action: { text: t('ui.undo'), run: () => void act() } }
}

/** Changes `isActive`. If the version is stale, repeats the change with the current version: other changes do not matter. */
async function change(user: User, isActive: boolean): Promise<User> {
  try {
    return await changeUser(user, { isActive })
  } catch (thrown) {
    if (Problem.from(thrown).code !== 'stale') throw thrown
    const fresh = await showUser(user.id)
    return fresh.isActive === isActive ? fresh : changeUser(fresh, { isActive })
  }
}

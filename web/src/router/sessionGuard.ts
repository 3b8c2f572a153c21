import { nextTick, watch, watchEffect } from 'vue'
import type { RouteLocationNormalized, RouteLocationRaw, Router } from 'vue-router'
import { isolate } from '@/format/isolate'
import { t } from '@/i18n'
import { useSessionStore } from '@/auth/sessionStore'
import { fetchLostPages } from './lostPage'
import { pageName } from './pageTitle'

/** Redirects between the sign-in and the pages that need a session, also when the session begins or ends in another tab. */
export function guardSession(router: Router): void {
  const session = useSessionStore()

  router.beforeEach(async (to) => {
    // Also before a one-time link is opened: its page warns a signed-in user that the link replaces their session.
    await session.restore()
    if (to.name === 'sign-in') return session.user ? afterSignIn(to) : true
    return to.meta.public || session.user ? true : toSignIn(to)
  })

  // The title follows a change of the language.
  watchEffect(() => {
    const { title } = router.currentRoute.value.meta
    const name = pageName.value === undefined ? title && t(title) : isolate(pageName.value)
    document.title = name ? `${name} · Hallpass` : 'Hallpass'
  })

  router.afterEach(async (to, from) => {
    if (from.matched.length === 0 || from.path === to.path) return
    // Screen readers announce a new page by its heading. Without this, the focus would be on an element that is gone.
    await nextTick()
    if (document.activeElement?.matches('input, main *')) return
    // While the page is still loading there is no heading; `main` has the focus until then.
    const heading = document.querySelector('h1')
    ;(heading ?? document.querySelector('main'))?.focus()
  })

  fetchLostPages(router)

  watch(
    () => session.state,
    (state) => {
      const here = router.currentRoute.value
      if (state.kind === 'signedIn' && here.name === 'sign-in')
        void router.replace(afterSignIn(here))
      if (state.kind === 'signedOut' && here.matched.length > 0 && !here.meta.public) {
        void router.replace(state.reason === 'left' ? { name: 'sign-in' } : toSignIn(here))
      }
    },
  )
}

function toSignIn(from: RouteLocationNormalized): RouteLocationRaw {
  return {
    name: 'sign-in',
    query: ['/', '/users'].includes(from.fullPath) ? {} : { next: from.fullPath },
  }
}

/** The page that the user requested. Only a path within the console is accepted. */
function afterSignIn(signIn: RouteLocationNormalized): RouteLocationRaw {
  const { next } = signIn.query
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : { name: 'home' }
}

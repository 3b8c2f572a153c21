import { nextTick, watch, watchEffect } from 'vue'
import type { RouteLocationNormalized, RouteLocationRaw, Router } from 'vue-router'
import { isolate } from '@/format/isolate'
import { t } from '@/i18n'
import { useSessionStore } from '@/auth/sessionStore'
import { fetchLostPages } from './lostPage'
import { pageName } from './pageTitle'

/** Keeps what needs a session behind the sign-in, whichever tab the session begins or ends in. */
export function guardSession(router: Router): void {
  const session = useSessionStore()

  router.beforeEach(async (to) => {
    // Also before a one-time link is opened: its page warns whoever is signed in that it replaces their session.
    await session.restore()
    if (to.name === 'sign-in') return session.user ? afterSignIn(to) : true
    return to.meta.public || session.user ? true : toSignIn(to)
  })

  // In the reader's language, also when that changes.
  watchEffect(() => {
    const { title } = router.currentRoute.value.meta
    const name = pageName.value === undefined ? title && t(title) : isolate(pageName.value)
    document.title = name ? `${name} · Hallpass` : 'Hallpass'
  })

  router.afterEach(async (to, from) => {
    if (from.matched.length === 0 || from.path === to.path) return
    // A new page is announced by its heading; otherwise the focus would stay on what is gone.
    await nextTick()
    if (document.activeElement?.matches('input, main *')) return
    // A page that is still on its way takes it over from there.
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

/** Where the user wanted to go: a path of this console and nothing else. */
function afterSignIn(signIn: RouteLocationNormalized): RouteLocationRaw {
  const { next } = signIn.query
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : { name: 'home' }
}

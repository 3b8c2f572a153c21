import type { Component } from 'vue'
import { createRouter, createWebHistory, type Router } from 'vue-router'
import type { PlainKey } from '@/i18n'
import SignInView from '@/sign-in/SignInView.vue'

declare module 'vue-router' {
  interface RouteMeta {
    /** Set for pages that do not need a session. */
    public?: true
    title: Extract<PlainKey, `page.${string}`>
  }
}

/**
 * Loads the files of a page. The router starts loading the layout and the page together, but awaits one after the other.
 * If the first fails, the second would be an unhandled rejection without this `catch`.
 */
function page(load: () => Promise<{ default: Component }>) {
  return () => {
    const coming = load()
    coming.catch(() => undefined)
    return coming
  }
}

/** Creates the routes of the console. All pages except the sign-in are loaded when they are first opened. */
export function createConsoleRouter(): Router {
  return createRouter({
    history: createWebHistory(),
    // A search keeps the scroll position. Another page of a list, or another view, starts at the top.
    scrollBehavior: (to, from, saved) =>
      saved ??
      (to.path === from.path && to.query.cursor === from.query.cursor ? false : { top: 0 }),
    routes: [
      {
        path: '/sign-in',
        name: 'sign-in',
        component: SignInView,
        meta: { public: true, title: 'page.signIn' },
      },
      {
        path: '/welcome',
        name: 'welcome',
        component: page(() => import('@/setup-link/SetupLinkView.vue')),
        meta: { public: true, title: 'page.setupLink' },
      },
      {
        path: '/',
        component: page(() => import('@/app/ConsoleLayout.vue')),
        meta: { title: 'page.console' },
        children: [
          {
            path: '',
            name: 'home',
            component: page(() => import('@/app/HomeView.vue')),
            meta: { title: 'page.console' },
          },
          {
            path: 'users',
            name: 'users',
            component: page(() => import('@/users/list/UsersView.vue')),
            meta: { title: 'page.users' },
          },
          {
            path: 'audit',
            name: 'audit',
            component: page(() => import('@/audit/AuditView.vue')),
            meta: { title: 'page.audit' },
          },
          {
            path: 'status',
            name: 'status',
            component: page(() => import('@/status/StatusView.vue')),
            meta: { title: 'page.status' },
          },
          {
            path: 'account',
            name: 'account',
            component: page(() => import('@/account/AccountView.vue')),
            meta: { title: 'page.account' },
          },
          {
            path: 'users/new',
            name: 'user-new',
            component: page(() => import('@/users/create/UserCreateView.vue')),
            meta: { title: 'page.newUser' },
          },
          {
            path: 'users/:id',
            name: 'user',
            component: page(() => import('@/users/user/UserView.vue')),
            props: true,
            meta: { title: 'page.user' },
          },
          {
            path: ':missing(.*)*',
            name: 'not-found',
            component: page(() => import('@/app/NotFoundView.vue')),
            meta: { title: 'page.notFound' },
          },
        ],
      },
    ],
  })
}

// Pages as the console has them: with the router, the queries and the session of the tab.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { getActivePinia, type Pinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { createApp, h } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type RouteRecordRaw } from 'vue-router'

/** Opens the pages of a tab at a path. */
export async function mountPages(path: string, routes: RouteRecordRaw[]) {
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  const place = document.body.appendChild(document.createElement('div'))
  const queries = new QueryClient({ defaultOptions: { queries: { networkMode: 'always' } } })
  const app = createApp({ render: () => h(RouterView) })
  app.use(getActivePinia() as Pinia).use(router).use(VueQueryPlugin, { queryClient: queries })
  app.mount(place)
  onTestFinished(() => {
    app.unmount()
    queries.clear()
    place.remove()
  })
  return { router, place, queries }
}

/** As somebody who types. */
export function type(input: HTMLInputElement, text: string): void {
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

// Mounts components and pages with the router, the query cache and the session store, as the console does.
import { QueryClient, VueQueryPlugin } from '@tanstack/vue-query'
import { getActivePinia, type Pinia } from 'pinia'
import { onTestFinished } from 'vitest'
import { createApp, h, type Component, type Plugin } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type RouteRecordRaw } from 'vue-router'

/** Mounts a component until the end of the test. */
export function mounted(
  component: Component,
  props: Record<string, unknown> = {},
  ...plugins: Plugin[]
): HTMLElement {
  const place = document.body.appendChild(document.createElement('div'))
  const app = createApp(() => h(component, props))
  for (const plugin of plugins) app.use(plugin)
  app.mount(place)
  onTestFinished(() => {
    app.unmount()
    place.remove()
  })
  return place
}

/** Mounts a router with these routes and opens a path. */
export async function mountPages(path: string, routes: RouteRecordRaw[]) {
  const router = createRouter({ history: createMemoryHistory(), routes })
  await router.push(path)
  const queries = new QueryClient({ defaultOptions: { queries: { networkMode: 'always' } } })
  onTestFinished(() => queries.clear())
  const place = mounted(RouterView, {}, getActivePinia() as Pinia, router, (app) =>
    VueQueryPlugin.install(app, { queryClient: queries }),
  )
  return { router, place, queries }
}

/** Types a text into a field. */
export function type(input: HTMLInputElement, text: string): void {
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
}

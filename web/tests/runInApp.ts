// Runs a composable in the setup of a component, in an app of its own.
import { onTestFinished } from 'vitest'
import { createApp, h, type Plugin } from 'vue'

export function runInApp<T>(setup: () => T, ...plugins: Plugin[]): T {
  const out: { value?: T } = {}
  const app = createApp({
    setup() {
      out.value = setup()
      return () => h('div')
    },
  })
  for (const plugin of plugins) app.use(plugin)
  app.mount(document.createElement('div'))
  onTestFinished(() => app.unmount())
  return out.value as T
}

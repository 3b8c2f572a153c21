import { createPinia, setActivePinia } from 'pinia'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { mountPages } from '@tests/mounted'
import { eventually } from '@tests/openTab'

// Compiled here, so that the time does not count for the first test.
beforeAll(() => import('./ShortcutsDialog.vue'))

describe('the dialog of keyboard shortcuts', () => {
  it.each([
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', '⌘K'],
    ['Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0', 'CtrlK'],
  ])('shows the modifier key of the platform: %s', async (userAgent, keys) => {
    vi.resetModules()
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(userAgent)
    setActivePinia(createPinia())
    const { default: ShortcutsDialog } = await import('./ShortcutsDialog.vue')
    await mountPages('/', [{ path: '/', component: ShortcutsDialog, props: { open: true } }])

    await eventually(() =>
      expect(document.querySelector('[role=dialog] dd')?.textContent).toBe(keys),
    )
  })
})

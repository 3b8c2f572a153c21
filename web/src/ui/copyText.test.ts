import { createPinia, setActivePinia } from 'pinia'
import { describe, expect, it, onTestFinished } from 'vitest'
import { toasts } from './toasts'
import UiCopy from './UiCopy.vue'
import { mountPages } from '@tests/mounted'
import { eventually } from '@tests/openTab'

describe('the copy button', () => {
  it('reports a failure if the browser offers no clipboard, as on plain http', async () => {
    const kept = Object.getOwnPropertyDescriptor(navigator, 'clipboard')
    Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })
    onTestFinished(() => {
      if (kept) Object.defineProperty(navigator, 'clipboard', kept)
      else Reflect.deleteProperty(navigator, 'clipboard')
      toasts.splice(0)
    })
    setActivePinia(createPinia())
    const { place } = await mountPages('/', [
      { path: '/', component: UiCopy, props: { text: 'ada@example.com' } },
    ])

    place.querySelector('button')?.click()

    await eventually(() => expect(toasts.map(({ tone }) => tone)).toEqual(['danger']))
    expect(place.querySelector('button')?.getAttribute('aria-label')).toBe('Copy')
  })
})

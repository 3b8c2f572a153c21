import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, nextTick } from 'vue'
import { commandsNow } from '@/app/commands'
import { listenForShortcuts } from '@/app/shortcuts'
import { dismiss, hold, release, say, toasts } from './toasts'
import UiToasts from './UiToasts.vue'
import { mounted } from '@tests/mounted'
import { runInApp } from '@tests/runInApp'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  for (const { id } of [...toasts]) dismiss(id)
  vi.useRealTimers()
})

describe('a toast', () => {
  it('disappears after 8 s', () => {
    say('Done.')
    vi.advanceTimersByTime(7_999)
    expect(toasts).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(toasts).toHaveLength(0)
  })

  it('does not disappear while it is held', () => {
    say('Done.')
    hold()
    say('And this.')
    vi.advanceTimersByTime(60_000)
    expect(toasts).toHaveLength(2)
    release()
    vi.advanceTimersByTime(8_000)
    expect(toasts).toHaveLength(0)
  })

  it('offers its action on a key and in the command palette while it is shown, the newest first', () => {
    const done: string[] = []
    runInApp(() => listenForShortcuts(() => undefined))
    mounted(UiToasts)
    say('One.', { action: { text: 'Undo', run: () => done.push('one') } })
    say('Two.', { action: { text: 'Undo', run: () => done.push('two') } })
    say('Nothing to be done.')
    expect(commandsNow().map(({ text }) => text)).toEqual(['Undo: Two.'])

    for (let press = 0; press < 3; press += 1)
      dispatchEvent(new KeyboardEvent('keydown', { key: 'z', cancelable: true }))
    expect(done).toEqual(['two', 'one'])
    expect([commandsNow(), toasts.map(({ text }) => text)]).toEqual([[], ['Nothing to be done.']])
  })

  it('returns the focus to where it was before, or to the heading if that element is gone', async () => {
    const place = mounted({
      render: () => [h('h1', { tabindex: -1 }, 'Page'), h('button', { id: 'origin' }), h(UiToasts)],
    })
    const find = (selector: string) => place.querySelector<HTMLElement>(selector)
    find('#origin')?.focus()
    say('Done.', { action: { text: 'Undo', run: () => undefined } })
    await nextTick()
    find('section button')?.focus()
    find('section button')?.click()
    await nextTick()
    await nextTick()
    expect(document.activeElement).toBe(find('#origin'))

    say('Done again.')
    await nextTick()
    find('section button')?.focus()
    find('#origin')?.remove()
    find('section button')?.click()
    await nextTick()
    await nextTick()
    expect(document.activeElement).toBe(find('h1'))
  })
})

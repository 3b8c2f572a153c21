import { onScopeDispose } from 'vue'
import { definePreference } from '@/preferences/preference'
import { commandsNow } from './commands'

/** Shortcuts of a single key can be turned off, because speech input can trigger them by accident (WCAG 2.1.4). */
export const singleKeys = definePreference('single-keys', ['on', 'off'])

/** The label of the modifier key: Command on Apple devices, Ctrl elsewhere. */
export const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** Handles Ctrl-K or Cmd-K, and the single keys of the commands that the page offers. */
export function listenForShortcuts(openPalette: () => void): void {
  function pressed(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return
    if (
      (event.ctrlKey || event.metaKey) &&
      !event.altKey &&
      !event.shiftKey &&
      event.key.toLowerCase() === 'k'
    ) {
      event.preventDefault()
      openPalette()
      return
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isBusyElsewhere(event.target)) return
    if (singleKeys.value.value === 'off' && event.key.length === 1) return
    const command = commandsNow().find(({ key }) => key === event.key)
    if (!command) return
    event.preventDefault()
    command.run()
  }

  addEventListener('keydown', pressed)
  onScopeDispose(() => removeEventListener('keydown', pressed))
}

/** Whether the user is typing, or has a dialog or menu open, in which keys have another meaning. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  const open = '[role=dialog], [role=alertdialog], [role=menu]'
  if (document.querySelector(open)) return true
  return (
    target instanceof Element &&
    target.matches('input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]')
  )
}

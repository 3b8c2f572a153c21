import { onScopeDispose } from 'vue'
import { definePreference } from '@/preferences/preference'
import { commandsNow } from './commands'

/** Keys without Ctrl or Cmd can be turned off: speech input would set them off (WCAG 2.1.4). */
export const singleKeys = definePreference('single-keys', ['on', 'off'])

/** What a Mac calls the key of its commands, and everybody else Ctrl. */
export const MODIFIER = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** Ctrl-K or Cmd-K, and the single keys of whatever commands the page offers. */
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

/** Somebody is typing, or is in a dialog or menu, where keys mean something else. */
function isBusyElsewhere(target: EventTarget | null): boolean {
  const open = '[role=dialog], [role=alertdialog], [role=menu]'
  if (document.querySelector(open)) return true
  return (
    target instanceof Element &&
    target.matches('input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]')
  )
}

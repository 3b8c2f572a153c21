import { watch, type Ref } from 'vue'
import { isFocusLost } from './restoreFocus'
import { originOfFocus } from './menuOpener'

/** Returns the handler for `@close-auto-focus` of a dialog, which returns the focus to where it was when the dialog opened. */
export function useFocusOrigin(open: Readonly<Ref<boolean>>) {
  let origin: HTMLElement | null = null
  watch(
    open,
    (isOpen) => {
      if (isOpen) origin = originOfFocus()
    },
    { immediate: true },
  )

  return function giveFocusBack(event: Event): void {
    if (!origin) return
    event.preventDefault()
    if (origin.isConnected) return origin.focus()
    // The element that opened the dialog no longer exists: focus the heading of the page.
    if (!isFocusElsewhere(event)) document.querySelector('h1')?.focus()
  }
}

/** For `@close-auto-focus`: whether the focus is already on an element outside the closing one, which keeps it. */
export function isFocusElsewhere({ target: closing }: Event): boolean {
  return !isFocusLost() && !(closing as Element).contains(document.activeElement)
}

import { watch, type Ref } from 'vue'
import { isFocusLost } from './restoreFocus'
import { originOfFocus } from './menuOpener'

/** For `@close-auto-focus` of a dialog: gives the focus back to where it was when the dialog opened. */
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
    // What opened it is gone: the page begins anew.
    if (!isFocusElsewhere(event)) document.querySelector('h1')?.focus()
  }
}

/** At `@close-auto-focus`: whether the focus is neither in what closes nor lost. Whoever has it by now keeps it. */
export function isFocusElsewhere({ target: closing }: Event): boolean {
  return !isFocusLost() && !(closing as Element).contains(document.activeElement)
}

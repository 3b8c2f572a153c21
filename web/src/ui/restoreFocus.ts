import { nextTick } from 'vue'

/**
 * To be called when something has changed that is not yet drawn: if drawing it takes away what has the focus, the focus
 * goes on at `to`, else at the page's heading. Whoever is elsewhere is left alone.
 */
export async function restoreFocus(
  to: () => HTMLElement | null | undefined = () => null,
): Promise<void> {
  const had = document.activeElement
  await nextTick()
  if (!isFocusLost() || had === document.body) return
  const next = to() ?? document.querySelector('h1')
  // The reader stays where they look.
  next?.focus({ preventScroll: true })
}

/** Whether nothing has the focus: what had it is gone. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

import { nextTick } from 'vue'

/**
 * Call this after a change that is not yet rendered. If rendering removes the focused element, the focus moves to `to`, or
 * to the page's heading if there is none. Otherwise the focus does not change.
 */
export async function restoreFocus(
  to: () => HTMLElement | null | undefined = () => null,
): Promise<void> {
  const had = document.activeElement
  await nextTick()
  if (!isFocusLost() || had === document.body) return
  const next = to() ?? document.querySelector('h1')
  // The scroll position stays.
  next?.focus({ preventScroll: true })
}

/** Whether no element has the focus, for example because the focused element was removed. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body
}

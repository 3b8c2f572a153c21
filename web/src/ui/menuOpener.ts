/** The button of the last opened menu. A dialog opened from a menu item returns the focus to it, because the item is gone. */
let button: HTMLElement | null = null

export function rememberMenuButton(now: HTMLElement | null): void {
  button = now
}

/** The element that gets the focus back when a dialog that opens now closes; null if no element is focused. */
export function originOfFocus(): HTMLElement | null {
  const { activeElement } = document
  if (activeElement?.closest('[role=menu]')) return button
  return activeElement instanceof HTMLElement && activeElement !== document.body
    ? activeElement
    : null
}

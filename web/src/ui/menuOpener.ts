/** The button of the menu that was opened last: its items are gone by the time a dialog that one of them opened closes. */
let button: HTMLElement | null = null

export function rememberMenuButton(now: HTMLElement | null): void {
  button = now
}

/** Where the focus belongs when a dialog closes that takes it now; null if it came from nowhere. */
export function originOfFocus(): HTMLElement | null {
  const { activeElement } = document
  if (activeElement?.closest('[role=menu]')) return button
  return activeElement instanceof HTMLElement && activeElement !== document.body
    ? activeElement
    : null
}

import { singleKeys } from '@/app/shortcuts'

/**
 * Handles keys within the rows of a list: arrows, Home and End move the focus from name to name, `x` selects the row.
 * Returns the index of the row to select, or null.
 */
export function moveByKeys(event: KeyboardEvent, body: HTMLElement | null): number | null {
  const { target, key } = event
  if (!body || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element))
    return null
  // Arrow keys on the button of a menu open the menu.
  if (target.matches('[aria-haspopup]')) return null
  const rows = [...body.querySelectorAll('tr')]
  const row = rows.findIndex((one) => one.contains(target))
  const next = { ArrowDown: row + 1, ArrowUp: row - 1, Home: 0, End: rows.length - 1 }[key]
  if (next !== undefined) {
    event.preventDefault()
    rows[next]?.querySelector<HTMLElement>('.open')?.focus()
    return null
  }
  if (key.toLowerCase() !== 'x' || singleKeys.value.value === 'off') return null
  event.preventDefault()
  return row
}

// Id of the user that was opened last, to which the focus returns.
let opened: string | null = null

export function rememberOpened(id: string): void {
  opened = id
}

/** Returns the focus, once, to the row of the user that was opened last. */
export function focusOpened(body: HTMLElement | null): void {
  const link = opened === null ? null : body?.querySelector<HTMLElement>(`[data-user="${opened}"]`)
  opened = null
  link?.focus()
}

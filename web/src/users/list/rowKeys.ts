import { singleKeys } from '@/app/shortcuts'

/**
 * Keys within the rows of a list: arrows, Home and End move the focus from name to name, `x` picks the row.
 * Answers the number of the row to be picked, or null.
 */
export function moveByKeys(event: KeyboardEvent, body: HTMLElement | null): number | null {
  const { target, key } = event
  if (!body || event.ctrlKey || event.metaKey || event.altKey || !(target instanceof Element))
    return null
  // The button of a menu opens it with the same keys.
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

// Who was opened last, to be found again on the way back.
let opened: string | null = null

export function rememberOpened(id: string): void {
  opened = id
}

/** Gives the focus back to the row that led to a user's page, once. */
export function focusOpened(body: HTMLElement | null): void {
  const link = opened === null ? null : body?.querySelector<HTMLElement>(`[data-user="${opened}"]`)
  opened = null
  link?.focus()
}

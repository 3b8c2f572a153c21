import { shallowRef } from 'vue'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const KEY = 'hallpass:theme'

/** The user's choice; `system` follows the device. */
export const theme = shallowRef<Theme>(stored())

export function chooseTheme(choice: Theme): void {
  theme.value = choice
  applyTheme()
  try {
    localStorage.setItem(KEY, choice)
  } catch {
    // No storage, no memory of the choice: it still holds for this page.
  }
}

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value
}

function stored(): Theme {
  try {
    const kept = localStorage.getItem(KEY)
    return THEMES.find((known) => known === kept) ?? 'system'
  } catch {
    return 'system'
  }
}

import { watch } from 'vue'
import { definePreference } from '@/preferences/preference'

/** `system` follows the device. */
export const theme = definePreference('theme', ['system', 'light', 'dark'])

/** Keeps the page in the chosen colours. */
export function applyTheme(): void {
  watch(theme.value, (choice) => (document.documentElement.dataset.theme = choice), {
    immediate: true,
  })
}

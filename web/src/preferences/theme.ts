import { watch } from 'vue'
import { definePreference } from '@/preferences/preference'

/** The chosen theme. `system` follows the setting of the device. */
export const theme = definePreference('theme', ['system', 'light', 'dark'])

/** Applies the chosen theme to the page, now and after every change. */
export function applyTheme(): void {
  watch(theme.value, (choice) => (document.documentElement.dataset.theme = choice), {
    immediate: true,
  })
}

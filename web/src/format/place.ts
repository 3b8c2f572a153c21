import { computed } from 'vue'
import type { Place } from '@/api/types'
import { locale } from '@/i18n/language'

const countries = computed(
  () => new Intl.DisplayNames(locale.value, { type: 'region', fallback: 'none' }),
)

/** Formats a geolocation, for example "Berlin, Germany"; '' if unknown. Equal names of city and country appear once. */
export function placeText(place: Partial<Place> | null | undefined): string {
  const country = /^[A-Z]{2}$/.test(place?.country ?? '')
    ? countries.value.of(place?.country ?? '')
    : undefined
  return [...new Set([place?.city, country])].filter(Boolean).join(', ')
}

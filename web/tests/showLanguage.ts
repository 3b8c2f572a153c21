import { de } from '@/i18n/de'
import { en } from '@/i18n/en'
import { catalogue, spoken, type Language } from '@/i18n/language'

/** Shows the console in a language at once; the console itself loads German on demand. */
export function showLanguage(language: Language): void {
  spoken.value = language
  catalogue.value = { en, de }[language]
}

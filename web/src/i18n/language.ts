import { computed, shallowRef, watch } from 'vue'
import { definePreference } from '@/preferences/preference'
import type { Catalogue } from './catalogue'
import { en } from '@/i18n/en'

/** The chosen language. `system` is the first of the browser's languages that the console supports. */
export const language = definePreference('language', ['system', 'en', 'de'])

export type Language = 'en' | 'de'

/** The name of each language in that language. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

const wanted = computed<Language>(() =>
  language.value.value === 'system' ? ofBrowser() : language.value.value,
)

/** The language that is shown. It changes to the wanted language as soon as its texts are loaded. */
export const spoken = shallowRef<Language>('en')
export const catalogue = shallowRef<Catalogue>(en)

/**
 * The locale of numbers and times: the browser's region if it matches the language (11/23/2026 in the United States,
 * 23/11/2026 in Ireland), otherwise en-GB or de-DE.
 */
export const locale = computed(() => {
  const own = navigator.languages.find((tag) => tag.startsWith(`${spoken.value}-`))
  return own ?? { en: 'en-GB', de: 'de-DE' }[spoken.value]
})

/** Shows the wanted language, now and after every change. Resolves when its texts are loaded. */
export async function followLanguage(): Promise<void> {
  watch(wanted, (now) => void speak(now))
  await speak(wanted.value)
}

async function speak(now: Language): Promise<void> {
  // English is part of the page; other languages are loaded on demand. If that fails, the previous language stays.
  const words =
    now === 'en'
      ? en
      : await import('@/i18n/de').then(
          ({ de }) => de,
          () => null,
        )
  if (!words || now !== wanted.value) return
  spoken.value = now
  catalogue.value = words
  document.documentElement.lang = now
}

function ofBrowser(): Language {
  const first = navigator.languages
    .map((tag) => tag.slice(0, 2))
    .find((tag) => tag === 'en' || tag === 'de')
  return first === 'de' ? 'de' : 'en'
}

import { computed, shallowRef, watch } from 'vue'
import { definePreference } from '@/preferences/preference'
import type { Catalogue } from './catalogue'
import { en } from '@/i18n/en'

/** `system` is the first of the browser's languages that we speak. */
export const language = definePreference('language', ['system', 'en', 'de'])

export type Language = 'en' | 'de'

/** Every language is called what its readers call it. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' }

const wanted = computed<Language>(() =>
  language.value.value === 'system' ? ofBrowser() : language.value.value,
)

/** The language whose words are shown: it follows the wanted one as soon as its words are there. */
export const spoken = shallowRef<Language>('en')
export const catalogue = shallowRef<Catalogue>(en)

/**
 * The locale of numbers and times: the reader's own region, if it goes with the language
 * (a reader in the United States reads 11/23/2026, one in Ireland 23/11/2026), else a neutral one.
 */
export const locale = computed(() => {
  const own = navigator.languages.find((tag) => tag.startsWith(`${spoken.value}-`))
  return own ?? { en: 'en-GB', de: 'de-DE' }[spoken.value]
})

/** Speaks the wanted language, now and after every change. Resolves when its words are there. */
export async function followLanguage(): Promise<void> {
  watch(wanted, (now) => void speak(now))
  await speak(wanted.value)
}

async function speak(now: Language): Promise<void> {
  // English comes with the page; the rest only to those who read it. Without it, English is better than nothing.
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

import { computed } from 'vue'
import { isolate } from '@/format/isolate'
import type { MessageKey, Values } from './catalogue'
import { catalogue, locale, spoken } from './language'

export type { MessageKey, PlainKey } from './catalogue'

const plurals = computed(() => new Intl.PluralRules(spoken.value))
const numbers = computed(() => new Intl.NumberFormat(locale.value))

/** Returns a text in the reader's language. Reactive: components render again when the language changes. */
export function t<K extends MessageKey>(key: K, ...[values]: Values<K>): string {
  const message = catalogue.value[key]
  const given: Readonly<Record<string, string | number>> = values ?? {}
  const text = typeof message === 'string' ? message : message[formFor(Number(given.count))]
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const value = given[name]
    if (typeof value === 'number') return numbers.value.format(value)
    return value === undefined ? whole : isolate(value)
  })
}

function formFor(count: number): 'one' | 'other' {
  return plurals.value.select(count) === 'one' ? 'one' : 'other'
}

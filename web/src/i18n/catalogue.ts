import type { en } from '@/i18n/en'

/** The languages' common shape: every key of the English one, no other. */
export type Catalogue = {
  readonly [K in MessageKey]: (typeof en)[K] extends string ? string : Plural
}

export type MessageKey = keyof typeof en

/** Told apart by `count`, as English and German do (CLDR `one` and `other`). */
export interface Plural {
  readonly one: string
  readonly other: string
}

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type NamesOf<K extends MessageKey> = (typeof en)[K] extends Plural
  ? 'count' | Names<(typeof en)[K]['other']>
  : Names<(typeof en)[K]>

/** What a message wants to be told: nothing, or a value for each `{name}` in it. Numbers are written as the language does. */
export type Values<K extends MessageKey> = [NamesOf<K>] extends [never]
  ? []
  : [values: { readonly [Name in NamesOf<K>]: Name extends 'count' ? number : string | number }]

/** A text that wants no values. */
export type PlainKey = { [K in MessageKey]: Values<K> extends [] ? K : never }[MessageKey]

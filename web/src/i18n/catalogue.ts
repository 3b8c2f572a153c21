import type { en } from '@/i18n/en'

/** The texts of one language: exactly the keys of the English ones. */
export type Catalogue = {
  readonly [K in MessageKey]: (typeof en)[K] extends string ? string : Plural
}

export type MessageKey = keyof typeof en

/** A text whose form depends on `count` (CLDR plural categories `one` and `other`, which English and German have). */
export interface Plural {
  readonly one: string
  readonly other: string
}

type Names<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never
type NamesOf<K extends MessageKey> = (typeof en)[K] extends Plural
  ? 'count' | Names<(typeof en)[K]['other']>
  : Names<(typeof en)[K]>

/** The arguments of a message: none, or a value for each `{name}` in it. Numbers are formatted for the reader's locale. */
export type Values<K extends MessageKey> = [NamesOf<K>] extends [never]
  ? []
  : [values: { readonly [Name in NamesOf<K>]: Name extends 'count' ? number : string | number }]

/** The key of a message without arguments. */
export type PlainKey = { [K in MessageKey]: Values<K> extends [] ? K : never }[MessageKey]

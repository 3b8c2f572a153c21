import { shallowRef, type ShallowRef } from 'vue'

/** A choice that belongs to the device, not to the session: it is kept after reloads and sign-outs. */
export interface Preference<T extends string> {
  readonly choices: readonly T[]
  readonly value: Readonly<ShallowRef<T>>
  choose(choice: T): void
}

const kept: (() => void)[] = []

/** Defines a preference, stored in `localStorage` under `hallpass:<name>`. The default is the first of the choices. */
export function definePreference<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): Preference<T> {
  const key = `hallpass:${name}`
  const value = shallowRef(recall(key, choices)) as ShallowRef<T>

  function choose(choice: T): void {
    value.value = choice
    remember(key, choice)
  }

  kept.push(() => remember(key, value.value))
  return { choices, value, choose }
}

/** Stores all preferences again, because the response to a sign-out clears this browser's storage. */
export function keepPreferences(): void {
  for (const keep of kept) keep()
}

function recall<T extends string>(key: string, choices: readonly [T, ...T[]]): T {
  try {
    const found = localStorage.getItem(key)
    return choices.find((choice) => choice === found) ?? choices[0]
  } catch {
    return choices[0]
  }
}

function remember(key: string, choice: string): void {
  try {
    localStorage.setItem(key, choice)
  } catch {
    // Without storage, the choice applies until the page is reloaded.
  }
}

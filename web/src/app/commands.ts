import { onScopeDispose, shallowReactive, type Component } from 'vue'

export interface Command {
  readonly id: string
  readonly text: string
  readonly group: 'go' | 'act' | 'look'
  readonly icon?: Component
  /** A single key that does the same. */
  readonly key?: string
  run(): void
}

const sources = shallowReactive(new Set<() => Command[]>())

/** Offers commands for as long as the component lives. They are made anew whenever they are looked at. */
export function offerCommands(source: () => Command[]): void {
  sources.add(source)
  onScopeDispose(() => sources.delete(source))
}

/** What can be done on this page. */
export function commandsNow(): Command[] {
  return [...sources].flatMap((source) => source())
}

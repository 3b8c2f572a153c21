import { onScopeDispose, shallowReactive, type Component } from 'vue'

export interface Command {
  readonly id: string
  readonly text: string
  readonly group: 'go' | 'act' | 'look'
  readonly icon?: Component
  /** A single key that runs the command. */
  readonly key?: string
  run(): void
}

const sources = shallowReactive(new Set<() => Command[]>())

/** Offers commands while the component exists. `source` is called whenever the commands are needed. */
export function offerCommands(source: () => Command[]): void {
  sources.add(source)
  onScopeDispose(() => sources.delete(source))
}

/** All commands that the current page offers. */
export function commandsNow(): Command[] {
  return [...sources].flatMap((source) => source())
}

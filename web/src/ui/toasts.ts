import { computed, shallowReactive, shallowRef } from 'vue'

export interface Toast {
  readonly id: number
  readonly text: string
  readonly tone: 'plain' | 'danger'
  /** The button of the toast, if it has one. Its action runs at most once. */
  readonly action: { readonly text: string; run(): void } | null
}

/** Time for which a toast is shown. The timer stops while the pointer or the focus is on it (WCAG 2.2.1). */
const STAYS_MS = 8_000

export const toasts = shallowReactive<Toast[]>([])
/** The newest toast with an action. */
export const offered = computed(() => toasts.findLast(({ action }) => action !== null) ?? null)
const held = shallowRef(false)

let last = 0
const timers = new Map<number, ReturnType<typeof setTimeout>>()

/** Shows a toast, which disappears after 8 s. */
export function say(
  text: string,
  { tone = 'plain', action = null }: Partial<Pick<Toast, 'tone' | 'action'>> = {},
): void {
  last += 1
  toasts.push({ id: last, text, tone, action })
  if (!held.value) countDown(last)
}

export function dismiss(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  const index = toasts.findIndex((toast) => toast.id === id)
  if (index >= 0) toasts.splice(index, 1)
}

/** Stops the timers of all toasts, until `release` restarts them. */
export function hold(): void {
  held.value = true
  for (const timer of timers.values()) clearTimeout(timer)
}

export function release(): void {
  held.value = false
  for (const { id } of toasts) countDown(id)
}

function countDown(id: number): void {
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => dismiss(id), STAYS_MS),
  )
}

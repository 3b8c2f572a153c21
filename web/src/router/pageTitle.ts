import { onScopeDispose, shallowRef, watch } from 'vue'

/** What the open page is about, if it is more than its route can tell. */
export const pageName = shallowRef<string | undefined>()

/** Calls the page by what it shows, for as long as the component lives. */
export function namePage(name: () => string | undefined): void {
  watch(name, (now) => (pageName.value = now), { immediate: true })
  onScopeDispose(() => (pageName.value = undefined))
}

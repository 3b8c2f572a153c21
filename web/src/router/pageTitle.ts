import { onScopeDispose, shallowRef, watch } from 'vue'

/** The title of the open page, if it depends on the page's data; otherwise the route's title is used. */
export const pageName = shallowRef<string | undefined>()

/** Sets the title of the page while the component exists. */
export function namePage(name: () => string | undefined): void {
  watch(name, (now) => (pageName.value = now), { immediate: true })
  onScopeDispose(() => (pageName.value = undefined))
}

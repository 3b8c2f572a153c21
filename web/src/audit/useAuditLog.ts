import { computed, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { listAuditEvents } from '@/api/audit'
import { useApiQuery } from '@/api/useApiQuery'
import { readAuditQuery, writeAuditQuery, type AuditQuery } from './auditQuery'

const SIZE = 50
const EVERY_MS = 15_000

/** One page of the audit log, as the address names it. Only the first page can be followed: new events appear only there. */
export function useAuditLog(following: Readonly<Ref<boolean>>) {
  const route = useRoute()
  const router = useRouter()

  // While the reader leaves, the address already belongs to another page: keep showing what was shown.
  let before = readAuditQuery(route.query)
  const shown = computed(
    () => (before = route.name === 'audit' ? readAuditQuery(route.query) : before),
  )

  const { data, refetch, ...state } = useApiQuery({
    key: () => ['audit', 'list', shown.value] as const,
    ask: ([, , { severity, ...rest }], signal) =>
      listAuditEvents({ ...rest, size: SIZE, ...(severity && { severity }) }, signal),
    keepPrevious: true,
    every: () => following.value && !shown.value.cursor && EVERY_MS,
  })

  /** Adds an entry to the browser's history. Every change except a change of the cursor returns to the first page. */
  function show(change: Partial<AuditQuery>): void {
    if (route.name !== 'audit') return
    void router.push({
      name: 'audit',
      query: writeAuditQuery({ ...shown.value, cursor: '', ...change }),
    })
  }

  return { shown, page: data, ...state, show, retry: refetch }
}

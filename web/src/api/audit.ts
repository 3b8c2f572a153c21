import { answer, signedInApi } from './client'
import type { paths } from './schema'
import type { AuditPage } from './types'

/** The query parameters of GET /api/audit. Empty ones are not sent. */
export type AuditSearch = NonNullable<paths['/api/audit']['get']['parameters']['query']>

/** GET /api/audit: one page of audit events, newest first. */
export function listAuditEvents(search: AuditSearch, signal?: AbortSignal): Promise<AuditPage> {
  const query = Object.fromEntries(
    Object.entries(search).filter(([, value]) => value !== '' && value !== undefined),
  )
  return answer(signedInApi.GET('/api/audit', { params: { query }, ...(signal && { signal }) }))
}

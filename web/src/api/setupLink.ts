import { answer, signedInApi } from './client'
import type { SetupLink } from './types'

/** POST /api/users/{id}/setup-link: creates a one-time link. The previous one stops working. */
export function renewSetupLink(id: string): Promise<SetupLink> {
  return answer(signedInApi.POST('/api/users/{id}/setup-link', { params: { path: { id } } }))
}

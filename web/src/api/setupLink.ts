import { answer, signedInApi } from './client'
import type { SetupLink } from './types'

/** POST /api/users/{id}/setup-link: a new one-time link; an older one stops working. */
export function renewSetupLink(id: string): Promise<SetupLink> {
  return answer(signedInApi.POST('/api/users/{id}/setup-link', { params: { path: { id } } }))
}

import { answer, signedInApi } from './client'

/** POST /api/me/password. Ends all other sessions of the current user. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await answer(signedInApi.POST('/api/me/password', { body: { currentPassword, newPassword } }))
}

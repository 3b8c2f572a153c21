import { answer, signedInApi } from './client'

/** POST /api/me/password: ends the other sessions; this one goes on. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await answer(signedInApi.POST('/api/me/password', { body: { currentPassword, newPassword } }))
}

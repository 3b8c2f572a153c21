import { keepPreferences } from '@/preferences/preference'
import { useSessionStore } from '@/auth/sessionStore'
import { useSubmission } from '@/ui/useSubmission'

export function useSignOut() {
  const session = useSessionStore()
  return useSubmission(async () => {
    await session.signOut()
    // The response to a sign-out clears this browser's storage (`Clear-Site-Data`), but preferences belong to the device.
    keepPreferences()
  })
}

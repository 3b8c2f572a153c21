import { keepPreferences } from '@/preferences/preference'
import { useSessionStore } from '@/auth/sessionStore'
import { useSubmission } from '@/ui/useSubmission'

/** Signing out, and what stands in its way. */
export function useSignOut() {
  const session = useSessionStore()
  return useSubmission(async () => {
    await session.signOut()
    // The answer to a sign-out empties this browser's storage; colours and language belong to the device.
    keepPreferences()
  })
}

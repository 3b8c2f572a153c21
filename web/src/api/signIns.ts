import { answer, signedInApi } from './client'
import type { SignIns } from './types'

/** The periods that GET /api/audit/sign-ins accepts, in hours: a day, a week, 30 days. */
export const PERIODS = [24, 168, 720] as const
export type Period = (typeof PERIODS)[number]

/** GET /api/audit/sign-ins: numbers of sign-ins in the period that ends now, in intervals of equal length. */
export function countSignIns(hours: Period, signal?: AbortSignal): Promise<SignIns> {
  return answer(
    signedInApi.GET('/api/audit/sign-ins', {
      params: { query: { hours } },
      ...(signal && { signal }),
    }),
  )
}

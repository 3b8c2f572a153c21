import { answer, signedInApi } from './client'
import type { SignIns } from './types'

/** How far GET /api/audit/sign-ins looks back, in hours. */
export const PERIODS = [24, 168, 720] as const
export type Period = (typeof PERIODS)[number]

/** GET /api/audit/sign-ins: sign-ins up to now, in equal steps of time. */
export function countSignIns(hours: Period, signal?: AbortSignal): Promise<SignIns> {
  return answer(
    signedInApi.GET('/api/audit/sign-ins', {
      params: { query: { hours } },
      ...(signal && { signal }),
    }),
  )
}

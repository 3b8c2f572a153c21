import { answer, publicApi } from './client'
import type { Health } from './types'

/** GET /api/health: `unhealthy` comes with 503 and is an answer all the same. */
export async function checkHealth(signal?: AbortSignal): Promise<Health> {
  const call = publicApi.GET('/api/health', { ...(signal && { signal }) }).then((got) => {
    const { error, response } = got
    // Something in between may answer 503, too; it does not know how the services are.
    return response.status === 503 && error && 'services' in error
      ? { data: error, response: new Response(null) }
      : got
  })
  return answer<Health>(call)
}

import { answer, publicApi } from './client'
import type { Health } from './types'

/** GET /api/health. `unhealthy` has the status 503 and is returned, not thrown. */
export async function checkHealth(signal?: AbortSignal): Promise<Health> {
  const call = publicApi.GET('/api/health', { ...(signal && { signal }) }).then((got) => {
    const { error, response } = got
    // A proxy may answer 503, too, but without the state of the services.
    return response.status === 503 && error && 'services' in error
      ? { data: error, response: new Response(null) }
      : got
  })
  return answer<Health>(call)
}

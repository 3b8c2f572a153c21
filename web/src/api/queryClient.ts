import { QueryClient } from '@tanstack/vue-query'

/** Creates the cache of what has been read from the server. `useApiQuery` decides about retries. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // `navigator.onLine` is often wrong: send the request in any case.
        networkMode: 'always',
      },
    },
  })
}

import { QueryClient } from '@tanstack/vue-query'

/** What has been read from the server. Questions that could not be answered are asked again as `useApiQuery` says. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        // The browser's idea of being online is often wrong: ask the server.
        networkMode: 'always',
      },
    },
  })
}

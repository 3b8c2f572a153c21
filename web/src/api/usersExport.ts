import { signedInStreams } from './client'
import { Problem } from './problem'
import type { paths } from './schema'

/** The query parameters of GET /api/users/export: those of the list without size and cursor. */
export type ExportSearch = NonNullable<paths['/api/users/export']['get']['parameters']['query']>

/** GET /api/users/export: all matching users as CSV, streamed. */
export async function exportUsers(
  query: ExportSearch,
  signal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const { data, error, response } = await signedInStreams
    .GET('/api/users/export', { params: { query }, parseAs: 'stream', signal })
    .catch((thrown: unknown) => {
      throw Problem.from(thrown)
    })
  if (!response.ok || !data) throw Problem.fromAnswer(response, error)
  return data
}

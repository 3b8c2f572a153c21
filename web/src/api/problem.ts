/** The error in one field of a request. */
export interface FieldProblem {
  field: string
  code: string
  message: string
}

/** Statuses of temporary failures: the session and the input are kept, and the request may be repeated. */
const TRANSIENT = new Set([0, 429, 502, 503, 504])

/** A failed request: a problem response (RFC 9457), or no response at all (status 0). */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** The HTTP status; 0 if there was no response. */
  readonly status: number
  /** Stable and machine-readable, in snake case. */
  readonly code: string
  /** The server's explanation for people; empty if there is none. */
  readonly detail: string
  readonly requestId: string | null
  /** Seconds to wait before the next attempt (`Retry-After`); null if the server named none. */
  readonly retryAfter: number | null
  readonly fields: readonly FieldProblem[]

  constructor(parts: {
    status: number
    code: string
    detail?: string
    requestId?: string | null
    retryAfter?: number | null
    fields?: readonly FieldProblem[]
    cause?: unknown
  }) {
    super(`${parts.status} ${parts.code}`, { cause: parts.cause })
    this.status = parts.status
    this.code = parts.code
    this.detail = parts.detail ?? ''
    this.requestId = parts.requestId ?? null
    this.retryAfter = parts.retryAfter ?? null
    this.fields = parts.fields ?? []
  }

  get isTransient(): boolean {
    return TRANSIENT.has(this.status)
  }

  field(name: string): FieldProblem | undefined {
    return this.fields.find(({ field }) => field === name)
  }

  /** Reads a response that is not a success. A proxy's response may be no problem+json; its status decides then. */
  static fromAnswer(response: Response, body: unknown): Problem {
    const read = isRecord(body) ? body : {}
    return new Problem({
      status: response.status,
      code: text(read.code) || `http_${response.status}`,
      detail: text(read.detail),
      requestId: text(read.requestId) || null,
      retryAfter: readRetryAfter(response.headers.get('retry-after')),
      fields: Array.isArray(read.errors) ? read.errors.filter(isRecord).map(readField) : [],
    })
  }

  /** Returns a thrown `Problem` as it is. Anything else (failed fetch, timeout, unreadable body) becomes `no_answer`. */
  static from(thrown: unknown): Problem {
    return thrown instanceof Problem
      ? thrown
      : new Problem({ status: 0, code: 'no_answer', cause: thrown })
  }
}

/** `Retry-After` (RFC 9110, section 10.2.3), in seconds or as a date. Returns seconds from now. */
export function readRetryAfter(header: string | null, now = Date.now()): number | null {
  if (!header) return null
  if (/^\d+$/.test(header.trim())) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000))
}

function readField(read: Record<string, unknown>): FieldProblem {
  return { field: text(read.field), code: text(read.code), message: text(read.message) }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

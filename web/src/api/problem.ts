/** What went wrong with one field of a request. */
export interface FieldProblem {
  field: string
  code: string
  message: string
}

/** Statuses that say "later", not "no": the session and the input stay, the call may be repeated. */
const TRANSIENT = new Set([0, 429, 502, 503, 504])

/** An answer other than success (RFC 9457), or no answer at all (status 0). */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** The HTTP status; 0 if no answer came. */
  readonly status: number
  /** Stable and machine-readable, snake case. */
  readonly code: string
  /** For people; empty if the server said nothing. */
  readonly detail: string
  readonly requestId: string | null
  /** Seconds the server asks us to wait. */
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

  /** What the server complained about in one field. */
  field(name: string): FieldProblem | undefined {
    return this.fields.find(({ field }) => field === name)
  }

  /** Reads what the server answered. It may come from something in between that speaks no problem+json. */
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

  /** Whatever was thrown, as a problem: a failed fetch, a timeout and an unreadable body are all "no answer". */
  static from(thrown: unknown): Problem {
    return thrown instanceof Problem
      ? thrown
      : new Problem({ status: 0, code: 'no_answer', cause: thrown })
  }
}

/** RFC 9110 §10.2.3: seconds, or a date. */
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

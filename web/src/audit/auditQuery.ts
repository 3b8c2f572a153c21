import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { SEVERITIES, type Severity } from './events'

/** What the log shows, as its address names it; '' is: whatever. */
export interface AuditQuery {
  event: string
  severity: '' | Severity
  /** To whom it was done. */
  userId: string
  /** Who did it. */
  actorId: string
  /** RFC 3339, so that an address means the same in every zone. */
  from: string
  to: string
  /** '' is the first page. */
  cursor: string
}

const EVENT = /^[a-z_]{1,64}$/
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads an address; what it says wrongly counts as not said. */
export function readAuditQuery(query: LocationQuery): AuditQuery {
  return {
    event: fitting(query.event, EVENT),
    severity: SEVERITIES.find((severity) => severity === text(query.severity)) ?? '',
    userId: fitting(query.userId, ID),
    actorId: fitting(query.actorId, ID),
    from: moment(query.from),
    to: moment(query.to),
    cursor: text(query.cursor),
  }
}

/** Writes an address; what is whatever is left out. */
export function writeAuditQuery(query: AuditQuery): LocationQueryRaw {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

/** As `<input type="datetime-local">` wants it: the reader's own time, to the minute. */
export function toLocal(at: string): string {
  if (!at) return ''
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

export function fromLocal(typed: string): string {
  const at = new Date(typed)
  return typed && !Number.isNaN(at.getTime()) ? at.toISOString() : ''
}

function moment(parameter: unknown): string {
  const at = Date.parse(text(parameter))
  return Number.isNaN(at) ? '' : new Date(at).toISOString()
}

function fitting(parameter: unknown, pattern: RegExp): string {
  const said = text(parameter)
  return pattern.test(said) ? said : ''
}

/** Of a parameter given twice, the first. */
function text(parameter: unknown): string {
  const first: unknown = Array.isArray(parameter) ? parameter[0] : parameter
  return typeof first === 'string' ? first : ''
}

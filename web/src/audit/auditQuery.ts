import type { LocationQuery, LocationQueryRaw } from 'vue-router'
import { SEVERITIES, type Severity } from './events'

/** Filters and page of the audit log, as in the address of the page. '' means no filter. */
export interface AuditQuery {
  event: string
  severity: '' | Severity
  /** Id of the affected user. */
  userId: string
  /** Id of the actor. */
  actorId: string
  /** RFC 3339 in UTC, so that an address means the same in every time zone. */
  from: string
  to: string
  /** '' for the first page. */
  cursor: string
}

const EVENT = /^[a-z_]{1,64}$/
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Reads the query of an address. Invalid parameters are ignored. */
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

/** Writes the query of an address. Empty values are omitted. */
export function writeAuditQuery(query: AuditQuery): LocationQueryRaw {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

/** Converts to the value of `<input type="datetime-local">`: local time, to the minute. */
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

/** Returns the first value of a repeated parameter. */
function text(parameter: unknown): string {
  const first: unknown = Array.isArray(parameter) ? parameter[0] : parameter
  return typeof first === 'string' ? first : ''
}

import type { paths } from './schema'

// Derived from the paths and not from named schemas, so that the server can rename a schema without a change here.

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : never
type Responses<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  responses: infer R
}
  ? R
  : never
type RequestBody<P extends keyof paths, M extends keyof paths[P]> = paths[P][M] extends {
  requestBody: infer B
}
  ? Json<B>
  : never

/** The body of a 200 response. */
type Ok<P extends keyof paths, M extends keyof paths[P]> =
  Responses<P, M> extends { 200: infer R } ? Json<R> : never
/** The body of a 201 response. */
type Created<P extends keyof paths, M extends keyof paths[P]> =
  Responses<P, M> extends { 201: infer R } ? Json<R> : never

export type Credentials = RequestBody<'/api/login', 'post'>
export type SignedIn = Ok<'/api/login', 'post'>
export type SignedInUser = SignedIn['user']
export type LinkInspection = Ok<'/api/recovery/inspect', 'post'>
export type Me = Ok<'/api/me', 'get'>
export type Role = Ok<'/api/roles', 'get'>['items'][number]
export type UserPage = Ok<'/api/users', 'get'>
export type User = UserPage['items'][number]
export type UserTotal = NonNullable<UserPage['total']>
export type UserChange = RequestBody<'/api/users/{id}', 'patch'>
export type BulkChanges = RequestBody<'/api/users', 'patch'>['changes']
export type BulkResult = Ok<'/api/users', 'patch'>['results'][number]
export type NewUser = RequestBody<'/api/users', 'post'>
export type CreatedUser = Created<'/api/users', 'post'>
export type SetupLink = Created<'/api/users/{id}/setup-link', 'post'>
export type SessionList = Ok<'/api/users/{id}/sessions', 'get'>
export type Session = SessionList['items'][number]
export type Place = NonNullable<Session['place']>
export type AuditPage = Ok<'/api/audit', 'get'>
export type AuditEvent = AuditPage['items'][number]
export type SignIns = Ok<'/api/audit/sign-ins', 'get'>
export type Health = Ok<'/api/health', 'get'>
export type System = Ok<'/api/system', 'get'>

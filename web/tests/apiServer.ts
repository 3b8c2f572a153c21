// A real HTTP server on loopback. Tests set its answers; it records the requests.
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Asked {
  call: string
  query: string
  headers: IncomingHttpHeaders
  body: string
}

/** `status: 0` closes the connection without a response. */
export interface Answered {
  status: number
  body?: unknown
  /** Body as text, instead of JSON. */
  text?: string
  /** Whether the connection is closed after the text, before the response is complete. */
  cutShort?: boolean
  /** Whether the response stays open after the text. */
  goesOn?: boolean
  headers?: Record<string, string>
}

type Handler = (asked: Asked) => Answered | Promise<Answered>

export class ApiServer {
  readonly asked: Asked[] = []
  readonly #handlers = new Map<string, Handler>()
  readonly #sockets = new Set<Socket>()
  readonly #goingOn = new Set<ServerResponse>()
  readonly #server: Server

  constructor() {
    this.#server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        const { pathname, search } = new URL(request.url ?? '/', 'http://localhost')
        const call = `${request.method} ${pathname}`
        const asked = { call, query: search.slice(1), headers: request.headers, body }
        this.asked.push(asked)
        const handler = this.#handlers.get(asked.call) ?? (() => problem(404, 'not_found'))
        void Promise.resolve(handler(asked)).then(
          ({ status, body, text, cutShort, goesOn, headers }) => {
            if (status === 0) return request.socket.destroy()
            const type = status >= 400 ? 'application/problem+json' : 'application/json'
            response.writeHead(status, { 'content-type': type, ...headers })
            if (cutShort) return void response.write(text, () => request.socket.destroy())
            if (goesOn) {
              this.#goingOn.add(response)
              response.on('close', () => this.#goingOn.delete(response))
              return void response.write(text)
            }
            response.end(text ?? (body === undefined ? undefined : JSON.stringify(body)))
          },
        )
      })
    })
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
  }

  /** Sets the answer to a call such as `GET /api/users`. */
  on(call: string, handler: Handler | Answered): void {
    this.#handlers.set(call, typeof handler === 'function' ? handler : () => handler)
  }

  /** The current handler of a call. */
  handlerOf(call: string): Handler {
    const handler = this.#handlers.get(call)
    if (!handler) throw new Error(`nothing answers ${call}`)
    return handler
  }

  count(call: string): number {
    return this.asked.filter((asked) => asked.call === call).length
  }

  /** Number of open responses whose client has not closed the connection. */
  get goingOn(): number {
    return this.#goingOn.size
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    // By the name localhost, because without https happy-dom stores Secure cookies only for that host.
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}

/** Starts a server that is closed at the end of the test. */
export async function startApiServer(): Promise<{ server: ApiServer; origin: string }> {
  const server = new ApiServer()
  const origin = await server.open()
  onTestFinished(() => server.close())
  return { server, origin }
}

export const user = {
  id: '0192f0c0-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  roles: ['admin'],
  isActive: true,
  emailVerifiedAt: null,
  lastLoginAt: null,
  createdAt: '2026-11-01T00:00:00Z',
  updatedAt: '2026-11-01T00:00:00Z',
  version: 1,
}

export function signedIn(accessToken: string, parts: Record<string, unknown> = {}): Answered {
  return { status: 200, body: { accessToken, tokenType: 'Bearer', expiresIn: 600, user, ...parts } }
}

export function problem(
  status: number,
  code: string,
  headers: Record<string, string> = {},
): Answered {
  return {
    status,
    headers,
    body: { type: 'about:blank', title: code, status, code, detail: `${code}.`, requestId: 'r-1' },
  }
}

// The connection between the browser and Hallpass: a proxy on loopback that can be cut, that can lose answers, and that counts.
// Everything that arrives comes from the real server.
import { createServer, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** @param {string} target */
export async function openFaultProxy(target) {
  const { hostname, port } = new URL(target)
  let isCut = false
  /** @type {RegExp | null} */
  let losing = null
  /** @type {RegExp | null} */
  let cutting = null
  let takingCookies = false
  /** @type {{ path: RegExp, delay: number, seen: number, running: number, most: number } | null} */
  let counting = null

  const server = createServer(async (from, back) => {
    const { method, url = '', headers } = from
    isCut ||= cutting?.test(url) ?? false
    if (isCut) return void from.socket.destroy()
    const counted = counting?.path.test(url) ? counting : null
    if (counted) {
      counted.seen += 1
      counted.running += 1
      counted.most = Math.max(counted.most, counted.running)
      await pause(counted.delay)
    }
    const onwards = request({ hostname, port, method, path: url, headers }, (answer) => {
      // Before the browser knows of the answer: what it asks next comes later.
      if (counted) counted.running -= 1
      if (losing?.test(url)) {
        // The server has done its work; nobody hears of it.
        losing = null
        answer.resume()
        return void from.socket.destroy()
      }
      if (takingCookies) delete answer.headers['set-cookie']
      back.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(back)
    })
    onwards.on('error', () => from.socket.destroy())
    from.pipe(onwards)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the proxy has no port')

  return {
    url: `http://localhost:${address.port}`,
    /** No request gets through any more, and open ones end. */
    cut() {
      isCut = true
      server.closeAllConnections()
    },
    /** As `cut`, as soon as something like this is asked for. @param {RegExp} path */
    cutAt(path) {
      cutting = path
    },
    mend() {
      isCut = false
      cutting = null
    },
    /** The next answer from a path like this does not arrive. @param {RegExp} path */
    loseNext(path) {
      losing = path
    },
    /** Cookies do not arrive while `step` goes on: as if the browser refused them. @param {() => Promise<void>} step */
    async takeCookies(step) {
      takingCookies = true
      try {
        await step()
      } finally {
        takingCookies = false
      }
    },
    /**
     * Of the requests to a path like this while `step` goes on, how many came and how many at once. Each takes so much
     * longer that they overlap if nothing keeps them apart.
     * @param {RegExp} path @param {number} delay milliseconds @param {() => Promise<void>} step
     */
    async count(path, delay, step) {
      const counts = { path, delay, seen: 0, running: 0, most: 0 }
      counting = counts
      try {
        await step()
      } finally {
        counting = null
      }
      return { seen: counts.seen, most: counts.most }
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

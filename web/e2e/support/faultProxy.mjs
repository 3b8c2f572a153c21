// A proxy on loopback between the browser and Hallpass, which can cut connections, lose answers, remove cookies and count
// requests. All answers come from the real server.
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
      // Before the answer reaches the browser, so that its next request is not counted as concurrent.
      if (counted) counted.running -= 1
      if (losing?.test(url)) {
        // The server has processed the request; the browser gets no answer.
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
    /** Closes all connections and refuses new requests until `mend`. */
    cut() {
      isCut = true
      server.closeAllConnections()
    },
    /** Does the same as `cut` at the first request whose path matches. @param {RegExp} path */
    cutAt(path) {
      cutting = path
    },
    mend() {
      isCut = false
      cutting = null
    },
    /** Drops the next answer to a request whose path matches. @param {RegExp} path */
    loseNext(path) {
      losing = path
    },
    /** Removes cookies from all answers while `step` runs, as if the browser refused them. @param {() => Promise<void>} step */
    async takeCookies(step) {
      takingCookies = true
      try {
        await step()
      } finally {
        takingCookies = false
      }
    },
    /**
     * Counts the requests whose path matches while `step` runs, in total (`seen`) and at the same time (`most`). The delay
     * makes them overlap if the console does not send them one after the other.
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

// The line between the browser and Hallpass: a proxy on loopback that can be cut, and that can lose answers.
// Everything that arrives comes from the real server.
import { createServer, request } from 'node:http'

/** @param {string} target */
export async function openLine(target) {
  const { hostname, port } = new URL(target)
  let isCut = false
  /** @type {RegExp | null} */
  let losing = null
  /** @type {RegExp | null} */
  let cutting = null

  const server = createServer((from, back) => {
    const { method, url = '', headers } = from
    isCut ||= cutting?.test(url) ?? false
    if (isCut) return void from.socket.destroy()
    const onwards = request({ hostname, port, method, path: url, headers }, (answer) => {
      if (losing?.test(url)) {
        // The server has done its work; nobody hears of it.
        losing = null
        answer.resume()
        return void from.socket.destroy()
      }
      back.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(back)
    })
    onwards.on('error', () => from.socket.destroy())
    from.pipe(onwards)
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('the line has no port')

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
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

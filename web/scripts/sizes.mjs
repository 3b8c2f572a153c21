// Prints what the sign-in page makes a browser load, compressed, and fails over its budget.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const BUDGET = { js: 90, css: 15 }
const dist = new URL('../dist/', import.meta.url)
const html = readFileSync(new URL('index.html', dist), 'utf8')

let failed = false
for (const kind of /** @type {const} */ (['js', 'css'])) {
  let total = 0
  for (const [, path = ''] of html.matchAll(new RegExp(`"/(assets/[^"]+\\.${kind})"`, 'g'))) {
    const size = gzipSync(readFileSync(new URL(path, dist))).length / 1024
    total += size
    console.log(`${size.toFixed(1).padStart(7)} KB  ${path}`)
  }
  console.log(`${total.toFixed(1).padStart(7)} KB  in all, ${kind}, gzip (budget ${BUDGET[kind]} KB)`)
  failed ||= total === 0 || total > BUDGET[kind]
}
if (failed) process.exit(1)

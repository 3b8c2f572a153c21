// Prints the compressed sizes that a browser loads. `npm run build` ends with it and fails if a budget is exceeded, or if a
// total or a part is more than a fifth larger than in sizes.json (compareSizes.mjs). If the growth is intended,
// `npm run sizes -- --update` updates sizes.json.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { compareSizes } from './compareSizes.mjs'

const dist = new URL('../dist/', import.meta.url)
const kept = new URL('../sizes.json', import.meta.url)

/** @type {Record<string, number>} */
const parts = {}
for (const file of readdirSync(new URL('assets/', dist)).sort()) {
  // Removes the hash: index-SeqmZFeY.js becomes index.js. Chunks with the same name are added up.
  const name = file.replace(/-[\w-]{8}(\.\w+)$/, '$1')
  parts[name] = (parts[name] ?? 0) + zipped(`assets/${file}`)
}

const html = readFileSync(new URL('index.html', dist), 'utf8')
const totals = {
  'sign-in, js': ofPage('js'),
  'sign-in, css': ofPage('css'),
  'whole console': Object.entries(parts).reduce(
    (sum, [name, size]) => (name.endsWith('.bin') ? sum : sum + size),
    0,
  ),
  // Data, loaded only when a password is chosen.
  'password list': parts['digests.bin'] ?? 0,
}

if (process.argv.includes('--update')) {
  writeFileSync(
    kept,
    `${JSON.stringify({ totals: rounded(totals), parts: rounded(parts) }, null, 2)}\n`,
  )
}

const { table, grown } = compareSizes(JSON.parse(readFileSync(kept, 'utf8')), { totals, parts })
console.log(table)
if (grown.length > 0) {
  console.error(
    `\ntoo large, or grown by more than a fifth: ${grown.join(', ')}. If it is meant: npm run sizes -- --update`,
  )
  process.exit(1)
}

/** @param {string} path */
function zipped(path) {
  return gzipSync(readFileSync(new URL(path, dist))).length / 1024
}

/** @param {'js' | 'css'} kind */
function ofPage(kind) {
  const paths = [...html.matchAll(new RegExp(`"/(assets/[^"]+\\.${kind})"`, 'g'))].map(
    ([, path = '']) => path,
  )
  return paths.reduce((sum, path) => sum + zipped(path), 0)
}

/** @param {Record<string, number>} sizes */
function rounded(sizes) {
  return Object.fromEntries(
    Object.entries(sizes).map(([name, size]) => [name, Number(size.toFixed(1))]),
  )
}

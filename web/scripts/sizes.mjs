// What a browser has to load, compressed: fails over the budgets, and where something grew by more than a fifth of
// what sizes.json says. `npm run sizes -- --update` writes sizes.json anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

/** KB, gzip. */
const BUDGETS = { 'sign-in, js': 90, 'sign-in, css': 15, 'whole console': 260 }
const MAY_GROW = 1.2
/** Under this a part may grow as it likes: the budgets still hold. */
const SMALL = 2

const dist = new URL('../dist/', import.meta.url)
const kept = new URL('../sizes.json', import.meta.url)

/** @type {Record<string, number>} */
const parts = {}
for (const file of readdirSync(new URL('assets/', dist)).sort()) {
  // Without the hash: index-SeqmZFeY.js is index.js. Two chunks of one name are counted together.
  const name = file.replace(/-[\w-]{8}(\.\w+)$/, '$1')
  parts[name] = (parts[name] ?? 0) + zipped(`assets/${file}`)
}

const html = readFileSync(new URL('index.html', dist), 'utf8')
/** @type {Record<string, number>} */
const totals = {
  'sign-in, js': ofPage('js'),
  'sign-in, css': ofPage('css'),
  'whole console': Object.values(parts).reduce((sum, size) => sum + size, 0),
}

if (process.argv.includes('--update')) {
  writeFileSync(kept, `${JSON.stringify({ totals: rounded(totals), parts: rounded(parts) }, null, 2)}\n`)
}
const before = JSON.parse(readFileSync(kept, 'utf8'))

let failed = false
for (const [name, size] of Object.entries(totals)) {
  const budget = BUDGETS[/** @type {keyof typeof BUDGETS} */ (name)]
  line(name, size, before.totals[name], `budget ${budget} KB`)
  failed ||= size === 0 || size > budget || size > before.totals[name] * MAY_GROW
}
console.log('')
for (const [name, size] of Object.entries(parts).sort(([, a], [, b]) => b - a)) {
  const was = before.parts[name]
  const grew = was !== undefined && size > SMALL && size > was * MAY_GROW
  line(name, size, was, grew ? 'GREW by more than a fifth' : was === undefined ? 'new' : '')
}
if (failed) {
  console.error('\nover a budget, or grown by more than a fifth. If it is meant: npm run sizes -- --update')
  process.exit(1)
}

/** @param {string} path */
function zipped(path) {
  return gzipSync(readFileSync(new URL(path, dist))).length / 1024
}

/** @param {'js' | 'css'} kind */
function ofPage(kind) {
  const paths = [...html.matchAll(new RegExp(`"/(assets/[^"]+\\.${kind})"`, 'g'))].map(([, path = '']) => path)
  return paths.reduce((sum, path) => sum + zipped(path), 0)
}

/** @param {Record<string, number>} sizes */
function rounded(sizes) {
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, Number(size.toFixed(1))]))
}

/** @param {string} name @param {number} size @param {number | undefined} was @param {string} remark */
function line(name, size, was, remark) {
  const change = was === undefined ? '' : `${size >= was ? '+' : '−'}${Math.abs(size - was).toFixed(1)}`
  console.log(`${size.toFixed(1).padStart(7)} KB ${change.padStart(7)}  ${name.padEnd(28)} ${remark}`)
}

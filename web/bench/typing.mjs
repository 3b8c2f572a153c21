// Measures the time from a keystroke in the search of users until its result is drawn:
// node bench/typing.mjs --url http://localhost:3000
// The time starts with the browser's timestamp of the input event and ends with the frame after the one with the result.
import { parseArgs } from 'node:util'
import { launch } from '../e2e/support/browser.mjs'

/** Searches: common and rare names, e-mail addresses, and words that match no user. */
const WORDS = [
  'maria',
  'schmidt',
  'anna mül',
  'thalbrück',
  'jonas.weber',
  'koch',
  'lee',
  'elena beck',
  'hoffmann',
  'zeren',
  'walkdorf',
  'nobody at all',
  '.4711@',
  'mail.example',
]
/** Time between two keys in ms: a slow typist, and a fast one. */
const PACES = { 'a key each 300 ms': 300, 'a key each 120 ms': 120 }

/** Records for each key when its result was drawn. Runs in the page. */
function watchKeys() {
  /** @type {{ words: string, drawn: number | null }[]} */
  const keys = []
  const isDrawn = (/** @type {string} */ words) => {
    const table = document.querySelector('table.users-table')
    const isThere = table
      ? table.getAttribute('aria-busy') === 'false'
      : document.querySelector('main h2') !== null
    return isThere && (new URL(location.href).searchParams.get('q') ?? '') === words
  }
  addEventListener(
    'input',
    (event) => {
      const input = /** @type {HTMLInputElement} */ (event.target)
      const key = { words: input.value.trim(), drawn: /** @type {number | null} */ (null) }
      const { timeStamp } = event
      keys.push(key)
      const look = () => {
        // A later key has replaced this search, so its result will not be drawn.
        if (keys.at(-1) !== key) return
        if (!isDrawn(key.words)) return void requestAnimationFrame(look)
        requestAnimationFrame(() => (key.drawn = performance.now() - timeStamp))
      }
      requestAnimationFrame(look)
    },
    { capture: true },
  )
  Object.assign(window, { keys })
}

/** The times of the API requests of the page, in ms: from the first byte of the request to the last of the response. */
function answers() {
  const entries = /** @type {PerformanceResourceTiming[]} */ (
    performance.getEntriesByType('resource')
  )
  const found = entries.filter(
    ({ name, responseStatus }) => name.includes('/api/users?') && responseStatus === 200,
  )
  return found.map(({ name, requestStart, responseEnd }) => ({
    words: new URL(name).searchParams.get('q') ?? '',
    ms: responseEnd - requestStart,
  }))
}

/** @param {number[]} times @param {number} share */
const at = (times, share) =>
  times.toSorted((one, other) => one - other)[Math.floor((times.length - 1) * share)] ?? NaN
/** @param {number[]} times */
const line = (times) =>
  [0.5, 0.9, 1].map((share) => `${at(times, share).toFixed(0).padStart(6)} ms`).join('  ')

/** @param {import('@playwright/test').Page} page @param {number} pace */
async function type(page, pace) {
  const search = page.getByRole('searchbox')
  const all = []
  for (const words of WORDS) {
    await page.goto('/users')
    await page.locator('table.users-table[aria-busy=false]').waitFor()
    await page.evaluate(() => performance.clearResourceTimings())
    await page.evaluate(watchKeys)
    await search.pressSequentially(words, { delay: pace })
    // @ts-expect-error -- `keys` is defined by watchKeys
    await page.waitForFunction(() => window.keys.at(-1).drawn !== null)
    /** @type {{ words: string, drawn: number | null }[]} */
    // @ts-expect-error -- as above
    const keys = await page.evaluate(() => window.keys)
    const told = new Map((await page.evaluate(answers)).map(({ words, ms }) => [words, ms]))
    all.push(...keys.map((key) => ({ ...key, answered: told.get(key.words) ?? null })))
  }
  return all
}

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const browser = await launch()
try {
  const page = await browser.newPage({
    baseURL: values.url,
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
  })
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(process.env.HALLPASS_ADMIN_EMAIL ?? '')
  await page.getByLabel('Password', { exact: true }).fill(process.env.HALLPASS_ADMIN_PASSWORD ?? '')
  await page.getByRole('button', { name: 'Sign in' }).click()
  console.log(
    (
      await page
        .getByText(/users?$/)
        .first()
        .innerText()
    ).trim(),
  )
  // A first run to warm up the server and the browser; it is not measured.
  await type(page, 60)
  console.log(`${''.padEnd(42)}    median       90 %       most`)
  for (const [name, pace] of Object.entries(PACES)) {
    const keys = await type(page, pace)
    const drawn = keys.flatMap((key) => key.drawn ?? [])
    console.log(
      `${`${name}: ${drawn.length} of ${keys.length} keys drawn`.padEnd(42)}  ${line(drawn)}`,
    )
    console.log(
      `${'  of that the server, as the browser sees it'.padEnd(42)}  ${line(keys.flatMap(({ answered }) => answered ?? []))}`,
    )
    for (const { words, drawn: slow, answered } of keys.filter((key) => (key.drawn ?? 0) > 150)) {
      console.log(
        `    slow: ${JSON.stringify(words)} ${slow?.toFixed(0)} ms, answered in ${answered?.toFixed(0)} ms`,
      )
    }
  }
} finally {
  await browser.close()
}

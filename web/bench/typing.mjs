// How long a keystroke in the search of the users takes until its answer is drawn: node bench/typing.mjs --url http://localhost:3000
// The time runs from the browser's own time of the key to the frame after the one in which the answer stands.
import { parseArgs } from 'node:util'
import { launch } from '../e2e/support/browser.mjs'

/** Common and rare, names and addresses, words of which nobody is called. */
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
/** Between two keys, in ms: somebody who thinks, and somebody who knows. */
const PACES = { 'a key each 300 ms': 300, 'a key each 120 ms': 120 }

/** Notes of each key when its answer was drawn. Runs in the page. */
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
        // Overtaken by the next key: it is that one's answer which is waited for.
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

/** The times of the API in the page, in ms: from the question's first byte to the answer's last. */
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
    // @ts-expect-error -- put there two lines before
    await page.waitForFunction(() => window.keys.at(-1).drawn !== null)
    /** @type {{ words: string, drawn: number | null }[]} */
    // @ts-expect-error -- likewise
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
  // Once for nothing: what the server and the browser have to warm up is not a keystroke's.
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

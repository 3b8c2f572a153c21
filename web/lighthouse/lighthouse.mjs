// Lighthouse on the built console through the gateway: npm run lighthouse -- --url http://localhost:3000
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import lighthouse from 'lighthouse'
import puppeteer from 'puppeteer-core'

const CATEGORIES = /** @type {const} */ (['performance', 'accessibility', 'best-practices'])
const LEAST = 98
/** The median of so many: a busy machine slows single runs down. */
const RUNS = 3
const FLAGS = ['--no-sandbox', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic']

/** CHROMIUM_PATH, else Debian's. */
function findChromium() {
  const path = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
  if (!existsSync(path)) throw new Error(`no Chromium at ${path}: install one, or set CHROMIUM_PATH`)
  return path
}

/** @param {import('puppeteer-core').Page} page @param {string} url @returns {Promise<import('lighthouse').Result>} */
async function look(page, url) {
  const options = { onlyCategories: [...CATEGORIES], formFactor: 'desktop', screenEmulation: { disabled: true }, disableStorageReset: true }
  // As on a desktop line (10 Mbit/s, 40 ms), which is what an administration console is opened on.
  const throttling = { rttMs: 40, throughputKbps: 10_240, cpuSlowdownMultiplier: 1, requestLatencyMs: 0, downloadThroughputKbps: 0, uploadThroughputKbps: 0 }
  const result = await lighthouse(url, { ...options, throttling, logLevel: 'error' }, undefined, page)
  if (!result) throw new Error(`Lighthouse has nothing to say about ${url}`)
  if (result.lhr.runtimeError) throw new Error(`${url}: ${result.lhr.runtimeError.message}`)
  return result.lhr
}

/** @param {import('puppeteer-core').Page} page @param {string} base */
async function signIn(page, base) {
  await page.goto(`${base}/sign-in`)
  await page.locator('input[type=email]').fill(process.env.HALLPASS_ADMIN_EMAIL ?? '')
  await page.locator('input[type=password]').fill(process.env.HALLPASS_ADMIN_PASSWORD ?? '')
  await page.locator('button[type=submit]').click()
  await page.waitForSelector('table tbody tr')
}

/** @param {number[]} numbers */
const median = (numbers) => numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0

/** @param {import('lighthouse').Result[]} runs @param {string} name */
function report(runs, name) {
  let isEnough = true
  for (const category of CATEGORIES) {
    const scores = runs.map((run) => Math.round((run.categories[category]?.score ?? 0) * 100))
    const score = median(scores)
    isEnough &&= score >= LEAST
    console.log(`${score >= LEAST ? 'ok    ' : 'FAILED'}  ${name.padEnd(10)} ${category.padEnd(16)} ${String(score).padStart(3)}   of ${scores.join(', ')}`)
  }
  const last = runs.at(-1)
  for (const category of CATEGORIES) {
    for (const { id, weight } of last?.categories[category]?.auditRefs ?? []) {
      const audit = last?.audits[id]
      if (weight > 0 && typeof audit?.score === 'number' && audit.score < 0.9) {
        console.log(`        ${name}: ${id} ${audit.score.toFixed(2)} ${audit.displayValue ?? ''}`)
        const details = /** @type {{ items?: object[] } | undefined} */ (audit.details)
        for (const item of details?.items?.slice(0, 3) ?? []) console.log(`          ${JSON.stringify(item).slice(0, 300)}`)
      }
    }
  }
  return isEnough
}

/** @param {string} base */
async function run(base) {
  const browser = await puppeteer.launch({ executablePath: findChromium(), headless: true, args: FLAGS, defaultViewport: { width: 1350, height: 940 } })
  try {
    const page = await browser.newPage()
    const signedOut = []
    for (let time = 0; time < RUNS; time += 1) signedOut.push(await look(page, `${base}/sign-in`))
    await signIn(page, base)
    const signedIn = []
    for (let time = 0; time < RUNS; time += 1) signedIn.push(await look(page, `${base}/users`))
    return [report(signedOut, 'sign-in'), report(signedIn, 'users')].every(Boolean)
  } finally {
    await browser.close()
  }
}

const { values } = parseArgs({ options: { url: { type: 'string' } } })
if (!values.url || !process.env.HALLPASS_ADMIN_EMAIL || !process.env.HALLPASS_ADMIN_PASSWORD) {
  console.error('usage: HALLPASS_ADMIN_EMAIL=… HALLPASS_ADMIN_PASSWORD=… npm run lighthouse -- --url http://localhost:3000')
  process.exitCode = 2
} else {
  process.exitCode = (await run(new URL(values.url).origin)) ? 0 : 1
}

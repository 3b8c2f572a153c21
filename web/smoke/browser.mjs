// Finds a Chromium, and opens pages in it that are watched for console errors and policy violations.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

const DEBIAN = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** CHROMIUM_PATH, else Debian's, else the one that `npx playwright install chromium` left. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`)
    return named
  }
  const found = [DEBIAN, chromium.executablePath()].find((path) => existsSync(path))
  if (!found) {
    throw new Error(
      'no Chromium: install one (apt-get install chromium, or npx playwright-core install chromium), or set CHROMIUM_PATH',
    )
  }
  return found
}

/** @returns {Promise<import('playwright-core').Browser>} */
export function launch() {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: FLAGS })
}

/**
 * Collects what a page must not do.
 * @param {import('playwright-core').BrowserContext} context
 */
export async function watchContext(context) {
  /** @type {string[]} */
  const complaints = []
  /** @type {RegExp[]} */
  let expected = []

  await context.exposeBinding('reportViolation', (_source, violation) =>
    complaints.push(`policy violation: ${violation}`),
  )
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const { violatedDirective, blockedURI, sourceFile, lineNumber } = event
      // @ts-expect-error -- bound above
      window.reportViolation(`${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`)
    })
  })
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // Of a page that Chromium itself keeps ready beside ours; nothing that we serve says so.
    if (message.location().url === '' && message.text().startsWith("Couldn't load preload assets"))
      return
    const line = `${message.text()} ${message.location().url}`
    if (!expected.some((pattern) => pattern.test(line))) complaints.push(`console: ${line}`)
  })

  return {
    complaints,
    /** Network lines that the running step causes on purpose. @param {RegExp[]} patterns */
    expect: (...patterns) => {
      expected = patterns
    },
  }
}

// Finds and starts Chromium, and watches pages for console errors and violations of the content security policy.
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

const DEBIAN = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** `CHROMIUM_PATH`, otherwise Debian's path; undefined for the browser that `npx playwright install chromium` downloads. */
function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (!named) return existsSync(DEBIAN) ? DEBIAN : undefined
  if (!existsSync(named)) throw new Error(`CHROMIUM_PATH is ${named}, which does not exist`)
  return named
}

/** Launch options of Chromium, for the tests and for the scripts. */
export function chromiumOptions() {
  return { executablePath: findChromium(), args: FLAGS }
}

export function launch() {
  return chromium.launch(chromiumOptions())
}

/**
 * Collects console errors, uncaught errors and policy violations of all pages in a browser context.
 * @param {import('@playwright/test').BrowserContext} context
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
      // @ts-expect-error -- exposed as a binding above
      window.reportViolation(`${violatedDirective} ${blockedURI} at ${sourceFile}:${lineNumber}`)
    })
  })
  context.on('weberror', (error) => complaints.push(`uncaught: ${error.error().message}`))
  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // A message about a page that Chromium itself preloads. Pages of Hallpass do not cause it.
    if (message.location().url === '' && message.text().startsWith("Couldn't load preload assets"))
      return
    const line = `${message.text()} ${message.location().url}`
    if (!expected.some((pattern) => pattern.test(line))) complaints.push(`console: ${line}`)
  })

  return {
    complaints,
    /** Sets the console lines that the current step causes on purpose. @param {RegExp[]} patterns */
    expect: (...patterns) => {
      expected = patterns
    },
  }
}

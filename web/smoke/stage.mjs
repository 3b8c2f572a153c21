// What the journeys share: a watched browser context, the line to the server, and the steps that everybody takes.
import assert from 'node:assert/strict'
import { inspect, WIDE } from './accessibility.mjs'
import { watchContext } from './browser.mjs'

/** @typedef {Awaited<ReturnType<typeof openStage>>} Stage */

/**
 * @param {object} parts
 * @param {import('playwright-core').Browser} parts.browser
 * @param {Awaited<ReturnType<typeof import('./line.mjs').openLine>>} parts.line
 * @param {Awaited<ReturnType<typeof import('./operator.mjs').callOperator>>} parts.operator
 * @param {import('./database.mjs').Database} parts.database
 * @param {{ email: string, password: string }} parts.administrator
 */
export async function openStage({ browser, line, operator, database, administrator }) {
  const tally = { passed: 0, failed: 0 }
  // Apart from whatever earlier runs have left on this server.
  const mark = Date.now().toString(36)

  /** A browser of its own: its cookies, storage and tabs. */
  async function openBrowser({ viewport = WIDE } = {}) {
    const context = await browser.newContext({ viewport, baseURL: line.url, locale: 'en-GB' })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    context.setDefaultTimeout(15_000)
    const watched = await watchContext(context)
    const page = await context.newPage()
    return { context, watched, page }
  }

  const { context, watched, page } = await openBrowser()

  return {
    line,
    operator,
    database,
    administrator,
    mark,
    context,
    watched,
    page,
    tally,
    openBrowser,

    /** @param {string} name @param {() => Promise<void>} step @param {...RegExp} expected console lines that the step causes on purpose */
    async check(name, step, ...expected) {
      watched.expect(...expected)
      try {
        await step()
        tally.passed += 1
        console.log(`ok      ${name}`)
      } catch (error) {
        tally.failed += 1
        const text = String(error instanceof Error ? error.message : error)
        console.log(`FAILED  ${name}\n        ${text.replaceAll('\n', '\n        ')}`)
      }
    },

    /** @param {string} name @param {import('playwright-core').Page} [on] */
    heading: (name, on = page) => on.getByRole('heading', { level: 1, name }).waitFor(),

    /** @param {import('playwright-core').Page} on */
    rowsOf: (on) => on.getByRole('table', { name: 'Users' }).getByRole('row'),
    rows: page.getByRole('table', { name: 'Users' }).getByRole('row'),
    search: page.getByRole('searchbox'),

    /** Accessible as it stands, in both colour schemes and at 360 px; pictures of each. @param {string} name */
    inspected: async (name, on = page, size = WIDE) =>
      assert.deepEqual(await inspect(on, name, size), []),

    /** @param {string} password @param {string} [email] @param {import('playwright-core').Page} [on] */
    async signIn(password, email = administrator.email, on = page) {
      await on.getByLabel('E-mail').fill(email)
      await on.getByLabel('Password', { exact: true }).fill(password)
      await on.getByRole('button', { name: 'Sign in' }).click()
    },

    /** @param {string} choice of the menu of one's own */
    async chooseInAccountMenu(choice, on = page) {
      await on.getByRole('button', { name: /^Your menu/ }).click()
      await on.getByRole('menu').getByText(choice, { exact: true }).click()
    },
  }
}

/** What the browser itself prints about an answer. @param {number} status @param {string} path */
export const answered = (status, path) => new RegExp(`status of ${status} .*/api/${path}$`)
/** What it prints about a line that is cut. */
export const noAnswer =
  /net::ERR_(INTERNET_DISCONNECTED|EMPTY_RESPONSE|CONNECTION_\w+|SOCKET_NOT_CONNECTED)/

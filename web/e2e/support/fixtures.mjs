// Fixtures of all journeys: a browser with a fault proxy between it and the server, the API as the administrator, and the
// database with the owner's connection.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test as base } from '@playwright/test'
import { inspect, WIDE } from './accessibility.mjs'
import { watchContext } from './browser.mjs'
import { openDatabase } from './database.mjs'
import { openFaultProxy } from './faultProxy.mjs'
import { callOperator } from './operator.mjs'

/** @typedef {Awaited<ReturnType<typeof callOperator>>} Operator */
/** @typedef {Awaited<ReturnType<typeof openStage>>} Stage */

const administrator = {
  email: environment('HALLPASS_ADMIN_EMAIL'),
  password: environment('HALLPASS_ADMIN_PASSWORD'),
}

/**
 * `stage` is signed out; `signedIn` is the same stage after the administrator has signed in on its page.
 * @typedef {{ stage: Stage, signedIn: Stage }} JourneyFixtures
 * @typedef {object} ServerFixtures
 * @property {{ email: string, password: string }} administrator
 * @property {Operator} operator
 * @property {import('./database.mjs').Database} database
 */

/**
 * @type {import('@playwright/test').Fixtures<
 *   JourneyFixtures,
 *   ServerFixtures,
 *   import('@playwright/test').PlaywrightTestArgs & import('@playwright/test').PlaywrightTestOptions,
 *   import('@playwright/test').PlaywrightWorkerArgs & import('@playwright/test').PlaywrightWorkerOptions
 * >}
 */
const fixtures = {
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of fixtures from the pattern
  administrator: [async ({}, use) => use(administrator), { scope: 'worker' }],
  operator: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use, { project }) => {
      await use(await callOperator(project.use.baseURL ?? '', administrator))
    },
    { scope: 'worker' },
  ],
  database: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      const database = await openDatabase(environment('DATABASE_URL_UNPOOLED'))
      await use(database)
      await database.close()
    },
    { scope: 'worker' },
  ],
  stage: async ({ browser, baseURL, operator, database }, use) => {
    const line = await openFaultProxy(baseURL ?? '')
    const stage = await openStage({ browser, line, operator, database })
    await use(stage)
    await stage.check('no console error and no policy violation in the whole journey', async () => {
      assert.deepEqual(stage.watched.complaints, [])
    })
    await stage.context.close()
    line.close()
  },
  signedIn: async ({ stage }, use) => {
    await stage.page.goto('/sign-in')
    await stage.heading('Sign in')
    await stage.signIn(administrator.password)
    await stage.heading('Users')
    await use(stage)
  },
}

export const test = base.extend(fixtures)

/** @param {string} name */
function environment(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; \`cargo dev\` writes it into .hallpass/env`)
  return value
}

/**
 * @param {object} parts
 * @param {import('@playwright/test').Browser} parts.browser
 * @param {Awaited<ReturnType<typeof openFaultProxy>>} parts.line
 * @param {Operator} parts.operator
 * @param {import('./database.mjs').Database} parts.database
 */
async function openStage({ browser, line, operator, database }) {
  // Marks the data of this journey among all other data on the server.
  const mark = `${Date.now().toString(36)}${randomBytes(2).toString('hex')}`

  /** Opens a browser context with its own cookies, storage and tabs. */
  async function openBrowser({ viewport = WIDE } = {}) {
    const context = await browser.newContext({ viewport, baseURL: line.url, locale: 'en-GB' })
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    context.setDefaultTimeout(45_000)
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
    openBrowser,

    /**
     * Runs a step of the journey. `expected` are the console lines that it causes on purpose.
     * @param {string} name @param {() => Promise<void>} run @param {...RegExp} expected
     */
    async check(name, run, ...expected) {
      watched.expect(...expected)
      await base.step(name, run)
    },

    /** @param {string} name @param {import('@playwright/test').Page} [on] */
    heading: (name, on = page) => on.getByRole('heading', { level: 1, name }).waitFor(),

    /** @param {import('@playwright/test').Page} on */
    rowsOf: (on) => on.getByRole('table', { name: 'Users' }).getByRole('row'),
    rows: page.getByRole('table', { name: 'Users' }).getByRole('row'),
    search: page.getByRole('searchbox'),

    /** Checks accessibility in both colour schemes and at 360 px, and saves a screenshot of each. @param {string} name */
    inspected: async (name, on = page, size = WIDE) =>
      assert.deepEqual(await inspect(on, name, size), []),

    /** @param {string} password @param {string} [email] @param {import('@playwright/test').Page} [on] */
    async signIn(password, email = administrator.email, on = page) {
      await on.getByLabel('E-mail').fill(email)
      await on.getByLabel('Password', { exact: true }).fill(password)
      await on.getByRole('button', { name: 'Sign in' }).click()
    },

    /** @param {string} choice of the account menu */
    async chooseInAccountMenu(choice, on = page) {
      await on.getByRole('button', { name: /^Account menu/ }).click()
      await on.getByRole('menu').getByText(choice, { exact: true }).click()
    },
  }
}

/** The console line of the browser about a failed request. @param {number} status @param {string} path */
export const answered = (status, path) => new RegExp(`status of ${status} .*/api/${path}$`)
/** The console line of the browser about a lost connection. */
export const noAnswer =
  /net::ERR_(INTERNET_DISCONNECTED|EMPTY_RESPONSE|CONNECTION_\w+|SOCKET_NOT_CONNECTED)/

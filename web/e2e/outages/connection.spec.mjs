// Many tabs, a lost connection, a lost answer, an outage: failures of the network do not sign the user out.
import assert from 'node:assert/strict'
import { answered, noAnswer, test } from '../support/fixtures.mjs'

const TABS = 10

test('lost connections and outages', async ({
  signedIn: { page, context, line, database, check, heading, inspected, rows, search },
}) => {
  await check(
    `${TABS} tabs that open at the same time refresh one after the other, and all are signed in`,
    async () => {
      const counts = await line.count(/\/api\/refresh$/, 100, async () => {
        const tabs = await Promise.all(Array.from({ length: TABS }, () => context.newPage()))
        await Promise.all(tabs.map((tab) => tab.goto('/users')))
        await Promise.all(tabs.map((tab) => heading('Users', tab)))
        await Promise.all(tabs.map((tab) => tab.close()))
      })
      assert.deepEqual(counts, { seen: TABS, most: 1 })
    },
  )
  await check(
    'a lost answer to a refresh is retried, and the user stays signed in',
    async () => {
      line.loseNext(/\/api\/refresh$/)
      await page.goto('/users')
      await rows.nth(1).waitFor()
    },
    noAnswer,
  )
  await check(
    'a lost connection is reported, keeps the user signed in, and the page recovers by itself',
    async () => {
      line.cut()
      try {
        await search.fill('away')
        await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
        await inspected('users-unreachable')
      } finally {
        line.mend()
      }
      await page.getByRole('alert').waitFor({ state: 'hidden' })
      await heading('Users')
    },
    noAnswer,
  )
  /** Clears the cache, from which the browser would load files without a connection. @param {import('@playwright/test').Page} on */
  const forgetFiles = async (on) => {
    const tools = await on.context().newCDPSession(on)
    await tools.send('Network.clearBrowserCache')
    await tools.detach()
  }
  /**
   * Waits until the next retry is at least 6 s away, so that an earlier request is not the automatic retry.
   * @param {import('@playwright/test').Page | import('@playwright/test').Locator} on
   */
  const farFromNextTry = (on) =>
    on.getByText(/^Retrying in ([6-9]|\d\d) s/).waitFor({ timeout: 60_000 })
  await check(
    'a page that cannot be loaded without a connection is reported, and opens when the connection is back',
    async () => {
      await page.goto('/users')
      await rows.nth(1).waitFor()
      await forgetFiles(page)
      // The notice about the page that could not be loaded. The open page may have a notice of its own.
      const notice = page
        .locator('main > div')
        .filter({ hasText: 'This page could not be loaded. Hallpass could not be reached.' })
        .first()
      line.cut()
      try {
        await page.getByRole('link', { name: 'Audit log' }).click()
        await notice.getByRole('alert').waitFor()
        await heading('Users')
        assert.equal(new URL(page.url()).pathname, '/users')
        await inspected('page-lost')
        await farFromNextTry(notice)
      } finally {
        line.mend()
      }
      await notice.getByRole('button', { name: 'Retry now' }).click()
      await heading('Audit log')
      await page.getByRole('alert').waitFor({ state: 'detached' })
    },
    noAnswer,
    /Failed to fetch dynamically imported module/,
  )
  await check(
    'a connection that is lost while the console loads is reported, and the console opens when it is back',
    async () => {
      await forgetFiles(page)
      line.cutAt(/assets\/ConsoleLayout-.*js/)
      try {
        await page.goto('/users')
        await heading('Connecting to Hallpass')
        await inspected('files-lost')
      } finally {
        line.mend()
      }
      await rows.nth(1).waitFor()
    },
    noAnswer,
    /Failed to fetch dynamically imported module/,
  )
  await check(
    'a retry can be sent at once, also for a search without an earlier result',
    async () => {
      line.cut()
      try {
        await search.fill('impatient')
        await farFromNextTry(page)
      } finally {
        line.mend()
      }
      await page.getByRole('button', { name: 'Retry now' }).click()
      await page.getByRole('heading', { name: 'No users match' }).waitFor({ timeout: 4_000 })
      assert.equal(await page.getByRole('alert').count(), 0)
      assert.notEqual(
        await page.evaluate(() => document.activeElement?.tagName),
        'BODY',
        'the focus was lost with the button',
      )
    },
    noAnswer,
  )
  await check(
    'a reload while the database is unavailable waits, and continues signed in when it is back',
    async () => {
      await database.closed(async () => {
        await page.goto('/users')
        await heading('Connecting to Hallpass')
        await page.getByText(/^Retrying in \d+/).waitFor()
        await inspected('unreachable')
      })
      await rows.nth(1).waitFor()
    },
    answered(503, 'refresh'),
  )
  await check(
    'the open page reports that the database is unavailable, and recovers by itself',
    async () => {
      await database.closed(async () => {
        await search.fill('nobody yet')
        await page.getByRole('alert').filter({ hasText: 'temporarily unavailable' }).waitFor()
        await inspected('users-unavailable')
      })
      await page.getByRole('heading', { name: 'No users match' }).waitFor()
      assert.equal(await page.getByRole('alert').count(), 0)
    },
    answered(503, '[\\w?=&/.%+-]+'),
  )
})

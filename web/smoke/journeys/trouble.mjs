// Many tabs, a cut line, a lost answer, an outage: nobody is signed out by the network.
import assert from 'node:assert/strict'
import { answered, noAnswer } from '../stage.mjs'

const TABS = 10

/** @param {import('../stage.mjs').Stage} stage */
export async function troubleJourney({
  page,
  context,
  line,
  database,
  check,
  heading,
  inspected,
  rows,
  search,
}) {
  await check(
    `${TABS} tabs that open together refresh one after the other, and all are signed in`,
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
    'the answer to a refresh is lost: the page asks again and goes on signed in',
    async () => {
      line.loseNext(/\/api\/refresh$/)
      await page.goto('/users')
      await rows.nth(1).waitFor()
    },
    noAnswer,
  )
  await check(
    'a cut line is said, signs nobody out, and mends itself',
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
  /** Files that were loaded once would come without the line. @param {import('playwright-core').Page} on */
  const forgetFiles = async (on) => {
    const tools = await on.context().newCDPSession(on)
    await tools.send('Network.clearBrowserCache')
    await tools.detach()
  }
  /** Until it is so far away that what comes sooner was asked for. @param {import('playwright-core').Page | import('playwright-core').Locator} on */
  const farFromNextTry = (on) =>
    on.getByText(/^Next try in ([6-9]|\d\d) s/).waitFor({ timeout: 60_000 })
  await check(
    'a page that is opened while the line is cut is said, and opens when it is back',
    async () => {
      await page.goto('/users')
      await rows.nth(1).waitFor()
      await forgetFiles(page)
      // One of the page that did not come; what the page that stays asks for meanwhile may have its own.
      const notice = page
        .locator('main > div')
        .filter({ hasText: 'This could not be loaded. Hallpass could not be reached.' })
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
      await notice.getByRole('button', { name: 'Try now' }).click()
      await heading('Audit log')
      await page.getByRole('alert').waitFor({ state: 'detached' })
    },
    noAnswer,
    /Failed to fetch dynamically imported module/,
  )
  await check(
    'a line that is cut while the console loads is said, and the console opens when it is back',
    async () => {
      await forgetFiles(page)
      line.cutAt(/assets\/ConsoleLayout-.*js/)
      try {
        await page.goto('/users')
        await heading('One moment')
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
    'who does not want to wait for the next try asks now, also for what was never shown',
    async () => {
      line.cut()
      try {
        await search.fill('impatient')
        await farFromNextTry(page)
      } finally {
        line.mend()
      }
      await page.getByRole('button', { name: 'Try now' }).click()
      await page.getByRole('heading', { name: 'Nobody matches' }).waitFor({ timeout: 4_000 })
      assert.equal(await page.getByRole('alert').count(), 0)
      assert.notEqual(
        await page.evaluate(() => document.activeElement?.tagName),
        'BODY',
        'the focus went with the button',
      )
    },
    noAnswer,
  )
  await check(
    'while the database is away a reload waits, and goes on signed in when it is back',
    async () => {
      await database.closed(async () => {
        await page.goto('/users')
        await heading('One moment')
        await page.getByText(/^Next try in \d+/).waitFor()
        await inspected('unreachable')
      })
      await rows.nth(1).waitFor()
    },
    answered(503, 'refresh'),
  )
  await check(
    'while the database is away the open page says so, and mends itself',
    async () => {
      await database.closed(async () => {
        await search.fill('nobody yet')
        await page.getByRole('alert').filter({ hasText: 'cannot answer just now' }).waitFor()
        await inspected('users-unavailable')
      })
      await page.getByRole('heading', { name: 'Nobody matches' }).waitFor()
      assert.equal(await page.getByRole('alert').count(), 0)
    },
    answered(503, '[\\w?=&/.%+-]+'),
  )
}

// Many tabs, a cut line, a lost answer, an outage: nobody is signed out by the network.
import assert from 'node:assert/strict'
import { answered, noAnswer } from '../stage.mjs'

const TABS = 10

/** @param {import('../stage.mjs').Stage} stage */
export async function troubleJourney({ page, context, line, check, heading, inspected, rows, search }) {
  await check(`${TABS} tabs that open together refresh one after the other, and all are signed in`, async () => {
    let running = 0
    let most = 0
    let refreshes = 0
    const isRefresh = (/** @type {import('playwright-core').Request} */ request) => request.url().endsWith('/api/refresh')
    const began = (/** @type {import('playwright-core').Request} */ request) => {
      if (!isRefresh(request)) return
      refreshes += 1
      running += 1
      most = Math.max(most, running)
    }
    const ended = (/** @type {import('playwright-core').Request} */ request) => {
      if (isRefresh(request)) running -= 1
    }
    context.on('request', began).on('requestfinished', ended).on('requestfailed', ended)
    // Slow enough that they would overlap if nothing kept them apart.
    await context.route('**/api/refresh', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 100))
      await route.continue()
    })
    const tabs = await Promise.all(Array.from({ length: TABS }, () => context.newPage()))
    await Promise.all(tabs.map((tab) => tab.goto('/users')))
    await Promise.all(tabs.map((tab) => heading('Users', tab)))
    await Promise.all(tabs.map((tab) => tab.close()))
    await context.unroute('**/api/refresh')
    context.off('request', began).off('requestfinished', ended).off('requestfailed', ended)
    assert.deepEqual({ refreshes, most }, { refreshes: TABS, most: 1 })
  })
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
  await check(
    'a reload while the API is away waits, and then goes on signed in',
    async () => {
      // An overloaded database cannot be asked for from outside, so its answer is put between the page and the server.
      await page.route('**/api/refresh', (route) => route.fulfill({ status: 503, headers: { 'retry-after': '60' } }))
      await page.goto('/users')
      try {
        await heading('One moment')
        await inspected('unreachable')
      } finally {
        await page.unroute('**/api/refresh')
      }
      await page.getByRole('button', { name: 'Try now' }).click()
      await rows.nth(1).waitFor()
    },
    answered(503, 'refresh'),
  )
}

// The console in a real browser against a running Hallpass: npm run smoke -- --url http://localhost:3000
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { inspect } from './accessibility.mjs'
import { launch, watchContext } from './browser.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const email = process.env.HALLPASS_ADMIN_EMAIL ?? ''
const password = process.env.HALLPASS_ADMIN_PASSWORD ?? ''

let passed = 0
let failed = 0

/** @param {string} name @param {() => Promise<void>} step */
async function check(name, step) {
  try {
    await step()
    passed += 1
    console.log(`ok      ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${name}\n        ${String(error instanceof Error ? error.message : error).replaceAll('\n', '\n        ')}`)
  }
}

function finish() {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

// What the browser itself prints about an answer that a step causes on purpose.
const refused = (/** @type {string} */ path) => new RegExp(`status of 401 .*/api/${path}$`)
const cutOff = /net::ERR_INTERNET_DISCONNECTED/

/** @param {import('playwright-core').Browser} browser @param {string} base */
async function run(browser, base) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, baseURL: base })
  context.setDefaultTimeout(15_000)
  const watched = await watchContext(context)
  const page = await context.newPage()

  const heading = (/** @type {string} */ name, on = page) => on.getByRole('heading', { level: 1, name }).waitFor()
  const rows = page.getByRole('table', { name: 'Users' }).getByRole('row')
  const search = page.getByRole('searchbox')
  const inspected = async (/** @type {string} */ name) => assert.deepEqual(await inspect(page, name), [])
  const searchedFor = (/** @type {string} */ words) => page.waitForURL((url) => url.searchParams.get('q') === words)

  async function signIn(/** @type {string} */ secret) {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(secret)
    await page.getByRole('button', { name: 'Sign in' }).click()
  }

  watched.expect(refused('refresh'))
  await check('a page behind the sign-in leads to the sign-in, under the content security policy', async () => {
    const response = await page.goto('/users')
    const policy = response?.headers()['content-security-policy'] ?? ''
    assert.match(policy, /require-trusted-types-for 'script'/)
    assert.match(policy, /style-src 'self'(;|$)/)
    await heading('Sign in')
    assert.equal(new URL(page.url()).pathname, '/sign-in')
  })
  await check('the sign-in page is accessible in both colour schemes and at 360 px', () => inspected('sign-in'))

  watched.expect(refused('login'))
  await check('a wrong password is refused in words, and the page stays', async () => {
    await signIn(`not-${password}`)
    await page.getByRole('alert').filter({ hasText: 'not right' }).waitFor()
    assert.equal(await page.getByLabel('E-mail').inputValue(), email)
    await inspected('sign-in-refused')
  })

  watched.expect()
  await check('the right password shows the users', async () => {
    await signIn(password)
    await heading('Users')
    await rows.nth(1).waitFor()
    await page.getByText(/^(about |more than )?[\d,.]+( \w+illion)? users?$/).waitFor()
    await inspected('users')
  })
  await check('no token is in storage or within reach of a script', async () => {
    const kept = await page.evaluate(() => JSON.stringify([{ ...window.localStorage }, { ...window.sessionStorage }, document.cookie]))
    assert.doesNotMatch(kept, /hpr_|eyJ|__Host-/)
    const cookie = (await context.cookies()).find(({ name }) => name === '__Host-hallpass')
    assert.ok(cookie?.httpOnly, 'the session cookie is not HttpOnly')
    assert.equal(cookie.sameSite, 'Strict')
  })
  await check('a search stands in the address and finds the administrator', async () => {
    await search.fill(email)
    await searchedFor(email)
    await page.getByRole('cell', { name: email }).waitFor()
    await page.getByText(/ found$/).waitFor()
  })
  await check('a reload goes on where it was', async () => {
    await page.reload()
    await page.getByRole('cell', { name: email }).waitFor()
    assert.equal(await search.inputValue(), email)
  })
  await check('a search that finds nobody says so', async () => {
    await search.fill('zzz nobody is called this zzz')
    await page.getByRole('heading', { name: 'Nobody matches' }).waitFor()
    await inspected('users-empty')
    await page.getByRole('button', { name: 'Show all users' }).click()
    await rows.nth(1).waitFor()
    assert.equal(new URL(page.url()).search, '')
  })
  await check('the next page and back shows the first page again', async () => {
    const next = page.getByRole('button', { name: 'Next' })
    const first = await rows.nth(1).innerText()
    if (await next.isVisible()) {
      await next.click()
      await page.waitForURL(/cursor=/)
      await page.getByRole('table', { name: 'Users' }).and(page.locator('[aria-busy=false]')).waitFor()
      assert.notEqual(await rows.nth(1).innerText(), first)
      await page.getByRole('button', { name: 'Previous' }).click()
    } else {
      // A single page has no pager, and an address that names no cursor is that page.
      await page.goto('/users?cursor=')
    }
    await page.waitForFunction((text) => document.querySelector('tbody tr')?.textContent?.includes(text), first.split('\n')[0]?.split('\t')[0] ?? '')
  })
  await check('an unknown page says so', async () => {
    await page.goto('/no-such-page')
    await heading('There is no such page')
    await inspected('not-found')
    await page.getByRole('link', { name: 'Go to the users' }).click()
    await rows.nth(1).waitFor()
  })
  await check('the chosen colours outlive a reload, and a sign-out', async () => {
    const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
    await page.reload()
    await rows.nth(1).waitFor()
    assert.equal(await scheme(), 'dark')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading('Sign in')
    await signIn(password)
    await rows.nth(1).waitFor()
    await page.reload()
    await rows.nth(1).waitFor()
    assert.equal(await scheme(), 'dark')
    await page.getByRole('radio', { name: 'As the device' }).check({ force: true })
  })

  await check('tabs that open together refresh one after the other, and all are signed in', async () => {
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
    const tabs = await Promise.all(Array.from({ length: 5 }, () => context.newPage()))
    await Promise.all(tabs.map((tab) => tab.goto('/users')))
    await Promise.all(tabs.map((tab) => heading('Users', tab)))
    await Promise.all(tabs.map((tab) => tab.close()))
    await context.unroute('**/api/refresh')
    context.off('request', began).off('requestfinished', ended).off('requestfailed', ended)
    assert.deepEqual({ refreshes, most }, { refreshes: 5, most: 1 })
  })

  watched.expect(cutOff)
  await check('a cut connection is said, signs nobody out, and mends itself', async () => {
    await context.setOffline(true)
    try {
      await search.fill('away')
      await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
      await inspected('users-offline')
    } finally {
      await context.setOffline(false)
    }
    await page.getByRole('alert').waitFor({ state: 'hidden' })
    await heading('Users')
  })
  watched.expect(/status of 503 .*\/api\/refresh$/)
  await check('a reload while the API is away waits, and then goes on signed in', async () => {
    // An outage cannot be asked for from outside, so it is put between the page and the server.
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
  })

  watched.expect()
  await check('signing out reaches the other tabs', async () => {
    const other = await context.newPage()
    await other.goto('/users')
    await heading('Users', other)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading('Sign in')
    await heading('Sign in', other)
    await other.close()
  })

  watched.expect(refused('refresh'))
  await check('after signing out a reload stays signed out', async () => {
    await page.goto('/users?q=a')
    await heading('Sign in')
    assert.equal(new URL(page.url()).searchParams.get('next'), '/users?q=a')
  })

  watched.expect(refused('recovery'))
  await check('a one-time link without its token asks for the link', async () => {
    await page.goto('/welcome')
    await heading('Open your link again')
    await inspected('welcome-without-link')
  })
  await check('a link that is not valid ends in words, its token gone from the address', async () => {
    await page.goto('/welcome?from=smoke#not-a-link')
    await heading('Set your password')
    assert.equal(new URL(page.url()).hash, '')
    assert.doesNotMatch(await page.evaluate(() => JSON.stringify(history.state)), /not-a-link/)
    await inspected('welcome')
    await page.getByLabel('New password').fill('four words of no account')
    await page.getByRole('button', { name: 'Set password' }).click()
    await heading('This link no longer works')
    await inspected('welcome-dead-link')
  })

  await check('no console error and no policy violation in all of this', async () => {
    assert.deepEqual(watched.complaints, [])
  })
}

if (!values.url || !email || !password) {
  console.error('usage: HALLPASS_ADMIN_EMAIL=… HALLPASS_ADMIN_PASSWORD=… npm run smoke -- --url http://localhost:3000')
  failed += 1
} else {
  try {
    const browser = await launch()
    try {
      await run(browser, values.url)
    } finally {
      await browser.close()
    }
  } catch (error) {
    failed += 1
    console.error(String(error instanceof Error ? error.message : error))
  }
}
finish()

// The audit log: filters in the address, pages, details, and permission.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

test('the audit log', async ({
  signedIn: { page, openBrowser, check, heading, inspected, signIn, operator, mark, line },
}) => {
  const email = `robin.${mark}@example.com`
  const password = 'copper lagoon thimble 58'
  const robin = await operator.create({ email, name: `Robin ${mark}`, password })
  // Creates more than one page of events.
  for (let time = 0; time < 26; time += 1) {
    await operator.change(await operator.show(robin.id), { isActive: false })
    await operator.change(await operator.show(robin.id), { isActive: true })
  }
  const attempt = await fetch(`${line.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'curl/8.14.1' },
    body: JSON.stringify({ email, password: `not ${password}` }),
  })
  assert.equal(attempt.status, 401)

  const table = page.getByRole('table', { name: 'Audit events, newest first' })
  const events = table.getByRole('rowheader')
  const settled = () => table.and(page.locator('[aria-busy=false]')).waitFor()
  const parameter = (/** @type {string} */ name) => new URL(page.url()).searchParams.get(name)

  await check('the navigation opens the audit log', async () => {
    await page.goto('/users')
    await page.getByRole('link', { name: 'Audit log' }).click()
    await heading('Audit log')
    await events.first().waitFor()
    await inspected('audit')
  })
  await check('the filter by event is in the address', async () => {
    await page.getByRole('button', { name: 'Event', exact: true }).click()
    await page.getByRole('menuitemradio', { name: 'Sign-in failed' }).click()
    await page.waitForURL(/event=login_failed/)
    await settled()
    await table.getByRole('link', { name: email }).first().waitFor()
    for (const text of await events.allInnerTexts()) assert.equal(text.trim(), 'Sign-in failed')
  })
  await check('a row opens with the keyboard and shows all details', async () => {
    await page.getByRole('row').filter({ hasText: email }).first().getByRole('button').focus()
    await page.keyboard.press('Enter')
    await page.getByText('wrong password').waitFor()
    await page.getByText('Program: curl').waitFor()
    await inspected('audit-details')
  })
  await check(
    'a user is found by e-mail address, and only events of that user are shown',
    async () => {
      await page.goto('/audit')
      await page.getByRole('button', { name: 'User', exact: true }).click()
      await page.getByRole('combobox', { name: 'Name or e-mail' }).fill(email)
      await page.getByRole('option', { name: email }).waitFor()
      await inspected('audit-person')
      await page.getByRole('option', { name: email }).click()
      await page.waitForURL(new RegExp(`userId=${robin.id}`))
      await settled()
      const chip = page.getByRole('button', { name: `Remove filter: Affected user: ${email}` })
      await chip.click()
      await chip.waitFor({ state: 'detached' })
      await page.locator('button:focus', { hasText: 'Event' }).waitFor()
      await page.goBack()
      await settled()
      await chip.waitFor()
    },
  )
  await check(
    'each page is an entry in the browser’s history, and back shows the previous page',
    async () => {
      const first = await events.first().getByRole('button').innerText()
      assert.equal(await events.count(), 50)
      await page.getByRole('button', { name: 'Older' }).click()
      await page.waitForURL(/cursor=/)
      await settled()
      await page.getByRole('rowheader', { name: 'User created' }).waitFor()
      assert.equal(parameter('userId'), robin.id)
      await page.goBack()
      await settled()
      await page.getByRole('rowheader', { name: 'Sign-in failed' }).waitFor()
      assert.equal(await events.first().getByRole('button').innerText(), first)
      await page.goForward()
      await page.getByRole('rowheader', { name: 'User created' }).waitFor()
      await page.getByRole('button', { name: 'Newer' }).click()
      await page.getByRole('rowheader', { name: 'Sign-in failed' }).waitFor()
    },
  )
  await check(
    'severity and period filter the events further, and all filters can be cleared',
    async () => {
      await page.goto(`/audit?userId=${robin.id}`)
      await page.getByRole('button', { name: 'Severity', exact: true }).click()
      await page.getByRole('menuitemradio', { name: 'Warning' }).click()
      await page.waitForURL(/severity=warning/)
      await settled()
      assert.equal(await events.count(), 1)
      await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00')
      await page.getByLabel('From', { exact: true }).blur()
      await page.waitForURL(/from=2020-01-01|from=2019-12-31/)
      await page.getByLabel('Until').fill('2020-02-01T00:00')
      await page.getByLabel('Until').blur()
      await page.getByRole('heading', { name: 'No matching events' }).waitFor()
      await inspected('audit-empty')
      await page.getByRole('button', { name: 'Clear filters' }).click()
      await events.first().waitFor()
      await page.locator('button:focus', { hasText: 'Event' }).waitFor()
      assert.equal(new URL(page.url()).search, '')
    },
  )
  await check('a typed date is applied once, when it is complete', async () => {
    /** @type {string[]} */
    const asked = []
    const note = (/** @type {import('@playwright/test').Request} */ request) =>
      asked.push(new URL(request.url()).searchParams.get('from') ?? '')
    await page.goto('/audit')
    await events.first().waitFor()
    const before = await page.evaluate(() => history.length)
    page.on('request', note)
    const from = page.getByLabel('From', { exact: true })
    await from.focus()
    // Works with day or month first, and with a 12-hour or 24-hour clock.
    await page.keyboard.type('05052024')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.type('0915a')
    assert.equal(await from.inputValue(), '2024-05-05T09:15')
    assert.equal(new URL(page.url()).search, '')
    await page.keyboard.press('Enter')
    await page.waitForURL(/from=2024-05-0[456]/)
    await settled()
    page.off('request', note)
    assert.deepEqual([...new Set(asked.filter(Boolean))].length, 1, `asked for ${asked.join(' ')}`)
    assert.equal(await page.evaluate(() => history.length), before + 1)
    assert.equal(await from.inputValue(), '2024-05-05T09:15')
  })
  await check(
    'a period that ends before it begins is reported',
    async () => {
      await page.goto('/audit?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z')
      await page.getByRole('heading', { name: 'The end is before the start' }).waitFor()
      await page.goto('/audit')
      await events.first().waitFor()
    },
    answered(400, 'audit.*'),
  )
  await check('the audit log does not refresh automatically by default', async () => {
    await page.goto(`/audit?userId=${robin.id}`)
    await events.first().waitFor()
    assert.equal(await page.getByLabel('Refresh every 15 s').isChecked(), false)
    await operator.change(await operator.show(robin.id), { isActive: false })
    await page.getByRole('button', { name: 'Refresh', exact: true }).click()
    await events.first().filter({ hasText: 'User deactivated' }).waitFor()
  })
  await check(
    'an outage is reported, and the page recovers by itself',
    async () => {
      line.cut()
      try {
        await page.getByRole('button', { name: 'Refresh', exact: true }).click()
        await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
        await inspected('audit-away')
      } finally {
        line.mend()
      }
      await page.getByRole('alert').waitFor({ state: 'detached' })
    },
    /net::ERR_/,
  )
  await check(
    'a user without the permission sees a message and no link to the audit log',
    async () => {
      const { email: theirs } = await operator.create({
        email: `sam.${mark}@example.com`,
        name: `Sam ${mark}`,
        roles: ['viewer'],
        password,
      })
      const { context, page: own, watched } = await openBrowser()
      watched.expect(answered(403, 'audit.*'))
      await own.goto('/audit')
      await heading('Sign in', own)
      await signIn(password, theirs, own)
      await own.getByRole('heading', { name: 'You do not have access to the audit log' }).waitFor()
      await own.getByRole('link', { name: 'Users', exact: true }).waitFor()
      assert.equal(await own.getByRole('link', { name: 'Audit log' }).count(), 0)
      await inspected('audit-forbidden', own)
      assert.deepEqual(watched.complaints, [])
      await context.close()
    },
  )
})

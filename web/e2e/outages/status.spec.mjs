// The system's status: what it shows, how old that is, and what it says while the server is away.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

test('system status', async ({
  signedIn: {
    page,
    openBrowser,
    check,
    heading,
    inspected,
    signIn,
    operator,
    mark,
    line,
    database,
  },
}) => {
  const slider = page.getByRole('slider', { name: 'Interval' })

  await check('the status is reached from the command palette, and all is well', async () => {
    await page.goto('/users')
    await page.getByRole('link', { name: 'System status' }).waitFor()
    await page.keyboard.press('ControlOrMeta+k')
    const palette = page.getByRole('dialog', { name: 'Command palette' })
    await palette.waitFor()
    await page.keyboard.type('system status')
    await palette.getByRole('option', { name: /System status/ }).waitFor()
    await page.keyboard.press('Enter')
    await heading('System status')
    await page.getByRole('heading', { name: 'All systems operational' }).waitFor()
    await page.getByText(/^Updated just now/).waitFor()
    await inspected('status')
  })
  await check('it shows connections, versions and the schema', async () => {
    await page.getByRole('img', { name: /\d+ of \d+ in use \(\d+ %\)/ }).waitFor()
    const { version, database } = await operator.call('GET', '/api/system')
    for (const text of [version, database.version])
      await page.getByText(text, { exact: true }).first().waitFor()
    await page.getByText(/^\d{14} – Up to date$/).waitFor()
  })
  await check('the chart can be read by the keyboard and as a table', async () => {
    const told = await slider.getAttribute('aria-valuetext')
    assert.match(told ?? '', /\d+ successful, \d+ failed$/)
    await slider.focus()
    await page.keyboard.press('ArrowLeft')
    assert.notEqual(await slider.getAttribute('aria-valuetext'), told)
    await page.getByText('Show as table').click()
    await page.getByRole('columnheader', { name: 'Failed' }).waitFor()
    assert.match(await page.getByRole('table').getByRole('row').nth(1).innerText(), /\d\s+\d/)
    await inspected('status-table')
  })
  await check('another period stands in the address', async () => {
    await page.getByRole('radio', { name: '7 days' }).check({ force: true })
    await page.waitForURL(/hours=168/)
    await page.reload()
    await slider.and(page.locator('[max="167"]')).waitFor()
  })
  await check('its age is counted, and a refresh starts it anew', async () => {
    await page.getByText(/^Updated \d+ s ago$/).waitFor()
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByText(/^Updated just now/).waitFor()
  })
  await check(
    'while the server is away it says so, and keeps what was last known',
    async () => {
      line.cut()
      try {
        await page.getByRole('button', { name: 'Refresh' }).click()
        await page.getByRole('heading', { name: 'Hallpass could not be reached' }).waitFor()
        await page.getByText('Up to date').waitFor()
        await inspected('status-away')
      } finally {
        line.mend()
      }
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByRole('heading', { name: 'All systems operational' }).waitFor()
    },
    /net::ERR_/,
  )
  await check(
    'a database that does not answer is told from a server that is away',
    async () => {
      await database.closed(async () => {
        await page.getByRole('button', { name: 'Refresh' }).click()
        await page.getByRole('heading', { name: 'The database is unavailable' }).waitFor()
        await page.getByText('Not connected').waitFor()
        await inspected('status-unhealthy')
      })
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByRole('heading', { name: 'All systems operational' }).waitFor()
    },
    answered(503, '(health|system|audit[\\w?=&/.%-]*|refresh)'),
  )
  await check('a schema that is behind the release is told, with what to do', async () => {
    await database.behind(async () => {
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByRole('heading', { name: 'Degraded: action required' }).waitFor()
      await page.getByText('Run: hallpass migrate').waitFor()
      await inspected('status-degraded')
    })
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByRole('heading', { name: 'All systems operational' }).waitFor()
  })
  await check('more than 80 % of the connections in use are warned of', async () => {
    await database.crowded(0.86, async () => {
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByText('More than 80 % of the connections are in use.').waitFor()
      await page.getByRole('img', { name: /in use \((8[1-9]|9\d) %\)/ }).waitFor()
      await inspected('status-crowded')
    })
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByText('Up to 80 % is normal.').waitFor()
  })
  await check('whoever may not see it is told so', async () => {
    const password = 'walnut comet drizzle 94'
    const { email } = await operator.create({
      email: `lee.${mark}@example.com`,
      name: `Lee ${mark}`,
      roles: ['viewer'],
      password,
    })
    const { context, page: own, watched } = await openBrowser()
    watched.expect(answered(403, 'system'))
    await own.goto('/status')
    await heading('Sign in', own)
    await signIn(password, email, own)
    await own
      .getByRole('heading', { name: 'You do not have access to the system status' })
      .waitFor()
    assert.deepEqual(watched.complaints, [])
    await context.close()
  })
})

// The system status: what it shows, its age, and what it shows during an outage.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

test('the system status', async ({
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

  await check('the command palette opens the system status, which reports no failure', async () => {
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
  await check('the system status shows connections, versions and the schema', async () => {
    await page.getByRole('img', { name: /\d+ of \d+ in use \(\d+ %\)/ }).waitFor()
    const { version, database } = await operator.call('GET', '/api/system')
    for (const text of [version, database.version])
      await page.getByText(text, { exact: true }).first().waitFor()
    await page.getByText(/^\d{14} – Up to date$/).waitFor()
  })
  await check('the chart of sign-ins can be read with the keyboard and as a table', async () => {
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
  await check('the period of the chart is in the address', async () => {
    await page.getByRole('radio', { name: '7 days' }).check({ force: true })
    await page.waitForURL(/hours=168/)
    await page.reload()
    await slider.and(page.locator('[max="167"]')).waitFor()
  })
  await check('the age of the status is shown, and a refresh resets it', async () => {
    await page.getByText(/^Updated \d+ s ago$/).waitFor()
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByText(/^Updated just now/).waitFor()
  })
  await check(
    'an unreachable server is reported, and the last known status stays',
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
    'an unavailable database is reported differently from an unreachable server',
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
  await check('an outdated schema is reported, with what to do', async () => {
    await database.behind(async () => {
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByRole('heading', { name: 'Degraded: action required' }).waitFor()
      await page.getByText('Run: hallpass migrate').waitFor()
      await inspected('status-degraded')
    })
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByRole('heading', { name: 'All systems operational' }).waitFor()
  })
  await check('more than 80 % of the connections in use cause a warning', async () => {
    await database.crowded(0.86, async () => {
      await page.getByRole('button', { name: 'Refresh' }).click()
      await page.getByText('More than 80 % of the connections are in use.').waitFor()
      await page.getByRole('img', { name: /in use \((8[1-9]|9\d) %\)/ }).waitFor()
      await inspected('status-crowded')
    })
    await page.getByRole('button', { name: 'Refresh' }).click()
    await page.getByText('Up to 80 % is normal.').waitFor()
  })
  await check(
    'a user without the permission sees a message instead of the system status',
    async () => {
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
    },
  )
})

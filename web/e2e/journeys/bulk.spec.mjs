// Bulk changes: selecting rows, progress, undo, and the report of users that were not changed.
import assert from 'node:assert/strict'
import { test } from '../support/fixtures.mjs'

const PEOPLE = 60

test('bulk changes of users', async ({
  signedIn: { page, check, inspected, operator, mark, rows, search, line, administrator },
}) => {
  const words = `bulk ${mark}`
  const bar = page.getByRole('region', { name: 'Selection' })
  const listed = async (/** @type {string} */ filter) => {
    const { items } = await operator.call(
      'GET',
      `/api/users?size=100&q=${encodeURIComponent(words)}${filter}`,
    )
    return items.length
  }
  for (let number = 1; number <= PEOPLE; number += 1) {
    await operator.create({
      email: `bulk.${number}.${mark}@example.com`,
      name: `Bulk ${mark} ${String(number).padStart(2, '0')}`,
    })
  }

  await check('rows are selected one by one, as a range, and with the keyboard', async () => {
    await page.goto(`/users?q=${encodeURIComponent(words)}&sort=email`)
    await page.getByText(`${PEOPLE} users found`).waitFor()
    await rows.nth(2).getByRole('checkbox').click()
    await bar.getByText('1 selected').waitFor()
    await rows
      .nth(5)
      .getByRole('checkbox')
      .click({ modifiers: ['Shift'] })
    await bar.getByText('4 selected').waitFor()
    await inspected('users-selected')
    await rows.nth(5).getByRole('link').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await bar.getByText('5 selected').waitFor()
    await page.keyboard.press('Escape')
    await bar.waitFor({ state: 'hidden' })
  })
  await check(
    'all matching users are selected, deactivated with a progress bar, and restored',
    async () => {
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
      await bar.getByRole('button', { name: `Select all ${PEOPLE}` }).click()
      await bar.getByText(`${PEOPLE} selected`).waitFor()
      await bar.getByRole('button', { name: 'Deactivate' }).click()
      await bar.getByRole('progressbar').waitFor()
      await page.getByText(`${PEOPLE} of ${PEOPLE} changed.`).waitFor()
      assert.equal(await listed('&active=false'), PEOPLE)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText(`Undone for ${PEOPLE} users.`).waitFor()
      assert.equal(await listed('&active=true'), PEOPLE)
    },
  )
  await check(
    'undoing an added role removes it only from users who did not have it before',
    async () => {
      const { items } = await operator.call(
        'GET',
        `/api/users?size=20&sort=email&q=${encodeURIComponent(words)}`,
      )
      await operator.change(items[0], { roles: ['user', 'viewer'] })
      await page.reload()
      await page.getByText(`${PEOPLE} users found`).waitFor()
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
      await bar.getByRole('button', { name: 'Roles…' }).click()
      const dialog = page.getByRole('dialog', { name: /^Roles of/ })
      await dialog.getByRole('group', { name: 'Viewer' }).getByText('Add', { exact: true }).click()
      await dialog.getByRole('button', { name: 'Change roles' }).click()
      await page.getByText('19 of 20 changed.').waitFor()
      assert.equal(await listed('&role=viewer'), 20)
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('Undone for 19 users.').waitFor()
      assert.equal(await listed('&role=viewer'), 1)
      const again = await operator.show(items[0].id)
      await operator.change(again, { roles: ['user'] })
      await page.reload()
      await page.getByText(`${PEOPLE} users found`).waitFor()
    },
  )
  await check(
    'a bulk change continues after a lost answer',
    async () => {
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
      line.loseNext(/^\/api\/users$/)
      await bar.getByRole('button', { name: 'Roles…' }).click()
      const dialog = page.getByRole('dialog', { name: /^Roles of/ })
      await dialog.getByRole('group', { name: 'Viewer' }).getByText('Add', { exact: true }).click()
      await inspected('bulk-roles')
      await dialog.getByRole('button', { name: 'Change roles' }).click()
      await page.getByText(/20 already up to date\.$/).waitFor()
      assert.equal(await listed('&role=viewer'), 20)
    },
    /net::ERR_EMPTY_RESPONSE/,
  )
  await check('users that could not be changed are listed with the reason', async () => {
    await page.goto(`/users?q=${encodeURIComponent(administrator.email)}`)
    await rows.nth(1).getByRole('checkbox').click()
    await bar.getByRole('button', { name: 'Roles…' }).click()
    const dialog = page.getByRole('dialog', { name: /^Roles of/ })
    await dialog.getByRole('group', { name: 'Viewer' }).getByText('Add', { exact: true }).click()
    await dialog
      .getByRole('group', { name: 'Administrator' })
      .getByText('Remove', { exact: true })
      .click()
    await dialog.getByRole('button', { name: 'Change roles' }).click()
    const told = page.getByRole('dialog', { name: '1 user could not be changed' })
    await told.getByText('last active administrator').waitFor()
    await inspected('bulk-refused')
    await told.getByRole('button', { name: 'Close' }).last().click()
    await bar.waitFor({ state: 'hidden' })
    await page.locator('h1:focus').waitFor()
  })
  await check('the current user is skipped in a deactivation, with a message', async () => {
    await page.reload()
    await rows.nth(1).getByRole('checkbox').click()
    await bar.getByRole('button', { name: 'Deactivate' }).click()
    const told = page.getByRole('dialog', { name: '1 user could not be changed' })
    await told.getByText('Skipped: this is your own account.').waitFor()
    await inspected('bulk-self')
    await page.keyboard.press('Escape')
    await page.locator('h1:focus').waitFor()
    assert.equal((await operator.call('GET', '/api/me')).isActive, true)
  })
  await check(
    'a search does not stop a bulk change, and a stop keeps the remaining users selected',
    async () => {
      await page.goto(`/users?q=${encodeURIComponent(words)}&sort=email`)
      await page.getByText(`${PEOPLE} users found`).waitFor()
      await page.getByRole('checkbox', { name: 'Select all on this page' }).click()
      await bar.getByRole('button', { name: `Select all ${PEOPLE}` }).click()
      await bar.getByText(`${PEOPLE} selected`).waitFor()
      // Holds the second request back, so that the change is still running during these steps.
      let letGo = () => {}
      const held = new Promise((resolve) => (letGo = () => resolve(undefined)))
      let pieces = 0
      await page.route('**/api/users', async (route) => {
        if (route.request().method() === 'PATCH' && (pieces += 1) > 1) await held
        await route.continue()
      })
      await bar.getByRole('button', { name: 'Deactivate' }).click()
      await bar.getByText(`25 of ${PEOPLE}`).waitFor()
      await search.fill('zzz nobody is called this zzz')
      await page.getByRole('heading', { name: 'No users match' }).waitFor()
      await bar.getByText(`25 of ${PEOPLE}`).waitFor()
      await inspected('bulk-running')
      await bar.getByRole('button', { name: 'Stop' }).click()
      letGo()
      await page.getByText(`50 of ${PEOPLE} changed.`).waitFor()
      await bar.getByText('10 selected').waitFor()
      assert.equal(await listed('&active=false'), 50)
      await page.unroute('**/api/users')
      await page.keyboard.press('z')
      await page.getByText('Undone for 50 users.').waitFor()
      assert.equal(await listed('&active=false'), 0)
      await page.keyboard.press('Escape')
      await bar.waitFor({ state: 'hidden' })
    },
  )
})

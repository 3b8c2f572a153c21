// One user: creating, conflicting edits, deactivating and undoing, sessions on other devices, a lost role.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

const PASSWORD = 'several words of nobody else'

test('creating a user', ({ signedIn }) => creating(signedIn))
test('changing a user', ({ signedIn }) => editing(signedIn))
test('sessions of a user', ({ signedIn }) => sessions(signedIn))

/** @param {import('../support/fixtures.mjs').Stage} stage */
async function creating({
  page,
  check,
  heading,
  inspected,
  openBrowser,
  mark,
  administrator,
  line,
}) {
  const email = `new.${mark}@example.com`
  let link = ''

  await check('a user is created with a one-time link', async () => {
    await page.goto('/users')
    await page.getByRole('link', { name: 'New user' }).click()
    await heading('New user')
    await page.getByRole('checkbox', { name: /^Administrator/ }).waitFor()
    await inspected('user-new')
    await page.getByRole('button', { name: 'Create user' }).click()
    await page.getByText('Enter a name.').waitFor()
    await page.getByLabel('Name').fill(`Nina New ${mark}`)
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Create user' }).click()
    await heading(`Nina New ${mark} was created`)
    link = await page.getByLabel('One-time link').inputValue()
    assert.match(link, /\/welcome#/)
    await inspected('user-created')
    await page.getByRole('button', { name: 'Copy' }).click()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link)
  })
  await check(
    'an e-mail address that is already used is reported at its field',
    async () => {
      await page.getByRole('button', { name: 'Create another user' }).click()
      await page.getByLabel('Name').fill('Again')
      await page.getByLabel('E-mail').fill(administrator.email.toUpperCase())
      await page.getByRole('button', { name: 'Create user' }).click()
      await page.getByText('This e-mail address is already used by another account.').waitFor()
      assert.ok(
        await page.getByLabel('E-mail').evaluate((field) => field === document.activeElement),
        'the field is not focused',
      )
    },
    answered(409, 'users'),
  )
  await check('leaving the page with unsaved text asks for confirmation', async () => {
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    const question = page.getByRole('alertdialog', { name: 'Leave without saving?' })
    await question.waitFor()
    await inspected('unsaved')
    await question.getByRole('button', { name: 'Stay' }).click()
    assert.equal(await page.getByLabel('Name').inputValue(), 'Again')
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await question.getByRole('button', { name: 'Leave' }).click()
    await heading('Users')
  })
  await check(
    'the one-time link sets a password and signs in as a user without permissions',
    async () => {
      const other = await openBrowser()
      other.watched.expect(answered(403, '[\\w?=&/-]+'))
      await other.page.goto(line.url + new URL(link).pathname + new URL(link).hash)
      await heading('Set your password', other.page)
      await inspected('welcome', other.page)
      await other.page.getByLabel('New password').fill('hallpass2026')
      await other.page.getByText('This password is too common.').waitFor()
      await inspected('welcome-weak', other.page)
      await other.page.getByLabel('New password').fill(PASSWORD)
      await other.page.getByText(/^(Strong|Good) password\.$/).waitFor()
      await other.page.getByRole('button', { name: 'Set password' }).click()
      await heading('Your account', other.page)
      await other.page.goto('/users')
      await other.page.getByText('You do not have access to users').waitFor()
      await inspected('no-permission', other.page)
      assert.deepEqual(other.watched.complaints, [])
      await other.context.close()
    },
  )
}

/** @param {import('../support/fixtures.mjs').Stage} stage */
async function editing({ page, check, heading, inspected, operator, mark, search, rows }) {
  const user = await operator.create({
    email: `edit.${mark}@example.com`,
    name: `Eddi Edit ${mark}`,
  })
  const stale = page.getByRole('alertdialog', { name: /^Someone else has changed/ })

  await check('the list opens a user, and the way back keeps its search', async () => {
    await page.goto(`/users?q=${mark}&sort=email`)
    await page.getByRole('link', { name: user.name }).click()
    await heading(user.name)
    await page.getByLabel('Name').waitFor()
    await inspected('user')
    await page.locator('main').getByRole('link', { name: 'Users' }).click()
    await heading('Users')
    assert.equal(new URL(page.url()).search, `?q=${mark}&sort=email`)
    await rows.filter({ hasText: user.name }).waitFor()
  })
  await check('an edit is saved', async () => {
    await page.goto(`/users/${user.id}`)
    await page.getByLabel('Name').fill(`Eddi Edited ${mark}`)
    await page.getByRole('button', { name: 'Save changes' }).click()
    await heading(`Eddi Edited ${mark}`)
    await page.getByText('Saved.').waitFor()
    assert.equal((await operator.show(user.id)).name, `Eddi Edited ${mark}`)
  })
  await check(
    'an edit that conflicts with a saved change shows both values, and saves the selected ones',
    async () => {
      const elsewhere = await operator.change(await operator.show(user.id), {
        name: `Theirs ${mark}`,
        roles: ['viewer'],
      })
      await page.getByLabel('Name').fill(`Ours ${mark}`)
      await page.getByLabel('E-mail').fill(`ours.${mark}@example.com`)
      await page.getByRole('button', { name: 'Save changes' }).click()
      await stale.waitFor()
      await inspected('user-stale')
      await stale.getByRole('group', { name: 'Name' }).getByText('Saved value').click()
      await stale.getByRole('button', { name: 'Save selected values' }).click()
      await stale.waitFor({ state: 'hidden' })
      await heading(`Theirs ${mark}`)
      const saved = await operator.show(user.id)
      assert.deepEqual(
        [saved.name, saved.email, saved.roles],
        [elsewhere.name, `ours.${mark}@example.com`, ['viewer']],
      )
    },
    answered(412, `users/${user.id}`),
  )
  await check('a deactivation can be undone', async () => {
    await page.getByRole('button', { name: /^Actions for/ }).click()
    await page.getByRole('menuitem', { name: 'Deactivate' }).click()
    await page.getByText('was deactivated and signed out on all devices.').waitFor()
    assert.equal((await operator.show(user.id)).isActive, false)
    // The recent events are updated without a reload.
    await page.getByRole('listitem').filter({ hasText: 'User deactivated' }).waitFor()
    // The focus keeps the toast open during the inspection.
    await page.getByRole('button', { name: 'Undo' }).focus()
    await inspected('user-deactivated')
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByText('was reactivated.').waitFor()
    assert.equal((await operator.show(user.id)).isActive, true)
  })
  await check(
    'another user opens as a page of its own, and the way back leads to the list',
    async () => {
      const other = await operator.create({
        email: `beside.${mark}@example.com`,
        name: `Bo Beside ${mark}`,
      })
      const link = page.getByRole('dialog', { name: /^One-time link for/ })
      await page.goto(`/users?q=${mark}`)
      await page.getByRole('link', { name: `Theirs ${mark}` }).click()
      await heading(`Theirs ${mark}`)
      assert.equal(await page.title(), `Theirs ${mark} · Hallpass`)
      await page.getByRole('button', { name: /^Actions for/ }).click()
      await page.getByRole('menuitem', { name: 'New one-time link…' }).click()
      await link.waitFor()
      await page.keyboard.press('ControlOrMeta+k')
      // The palette is loaded on demand: text typed before it is open is lost.
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
      await page.keyboard.type(`beside ${mark}`)
      await page.getByRole('option', { name: other.name }).click()
      await heading(other.name)
      assert.equal(await link.count(), 0, 'the dialog of the previous user is still open')
      await page.waitForFunction((name) => document.title === `${name} · Hallpass`, other.name)
      await page.waitForFunction((name) => document.activeElement?.textContent === name, other.name)
      await page.locator('main').getByRole('link', { name: 'Users' }).click()
      await heading('Users')
      assert.equal(await page.title(), 'Users · Hallpass')
    },
  )
  await check(
    'deactivating the current user asks for confirmation, and a change of the own name is shown at once',
    async () => {
      const self = await operator.call('GET', '/api/me')
      await page.goto(`/users/${self.id}`)
      await page.getByRole('button', { name: /^Actions for/ }).click()
      await page.getByRole('menuitem', { name: 'Deactivate' }).click()
      const question = page.getByRole('alertdialog', { name: 'Deactivate your own account?' })
      await question.waitFor()
      await inspected('user-deactivate-self')
      await question.getByRole('button', { name: 'Cancel' }).click()
      await question.waitFor({ state: 'hidden' })
      assert.equal((await operator.call('GET', '/api/me')).isActive, true)
      await page.getByRole('textbox', { name: 'Name' }).fill(`Self ${mark}`)
      await page.getByRole('button', { name: 'Save changes' }).click()
      await page
        .getByRole('button', { name: /^Account menu/ })
        .filter({ hasText: `Self ${mark}` })
        .waitFor()
      await page.getByRole('textbox', { name: 'Name' }).fill(self.name)
      await page.getByRole('button', { name: 'Save changes' }).click()
      await page
        .getByRole('button', { name: /^Account menu/ })
        .filter({ hasText: self.name })
        .waitFor()
    },
  )
  await check('a new one-time link can be created from the list and is shown once', async () => {
    await page.goto(`/users?q=${encodeURIComponent(`theirs ${mark}`)}`)
    await page.getByRole('button', { name: /^Actions for/ }).click()
    await page.getByRole('menuitem', { name: 'New one-time link…' }).click()
    await page.getByRole('button', { name: 'Create one-time link' }).click()
    assert.match(await page.getByRole('textbox', { name: 'One-time link' }).inputValue(), /#/)
    await inspected('setup-link')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    await search.waitFor()
    await page.waitForFunction(() =>
      document.activeElement?.getAttribute('aria-label')?.startsWith('Actions for'),
    )
  })
  await check(
    'the page of a user that does not exist says so',
    async () => {
      await page.goto('/users/0192f0c0-0000-7000-8000-000000000000')
      await page.getByRole('heading', { name: 'User not found' }).waitFor()
      await inspected('user-not-found')
    },
    answered(404, 'users/[\\w/-]+'),
  )
}

/** @param {import('../support/fixtures.mjs').Stage} stage */
async function sessions({
  page,
  check,
  heading,
  inspected,
  operator,
  mark,
  openBrowser,
  signIn,
  rowsOf,
}) {
  const manager = await operator.create({
    email: `manager.${mark}@example.com`,
    name: `Mara Manager ${mark}`,
    roles: ['manager'],
    password: PASSWORD,
  })
  const expected = [
    answered(401, 'refresh'),
    answered(401, '[\\w?=&/.%-]+'),
    answered(403, '[\\w?=&/.%-]+'),
  ]

  /** @param {import('@playwright/test').Page} on */
  async function enter(on) {
    await on.goto('/users')
    await heading('Sign in', on)
    await signIn(PASSWORD, manager.email, on)
    await rowsOf(on).nth(1).waitFor()
  }

  await check('a session on another device is listed and can be ended', async () => {
    const other = await openBrowser()
    other.watched.expect(...expected)
    await enter(other.page)
    await page.goto(`/users/${manager.id}`)
    await page.getByText('Chrome on Linux').waitFor()
    await inspected('user-sessions')
    await page.getByRole('button', { name: /^End: / }).click()
    await page.getByText('Not signed in on any device.').waitFor()
    await other.page.getByRole('searchbox').fill('anybody')
    await heading('Sign in', other.page)
    await other.page.getByText('Your session has ended.').waitFor()
    assert.deepEqual(other.watched.complaints, [])
    await other.context.close()
  })
  await check('ending all sessions signs the user out on all devices', async () => {
    const browsers = [await openBrowser(), await openBrowser()]
    for (const { page: on, watched } of browsers) {
      watched.expect(...expected)
      await enter(on)
    }
    await page.reload()
    await page.getByRole('button', { name: 'End all…' }).click()
    await inspected('end-all')
    await page.getByRole('alertdialog').getByRole('button', { name: 'End all…' }).click()
    await page.getByText('was signed out on all devices.').waitFor()
    for (const { page: on, context, watched } of browsers) {
      await on.getByRole('searchbox').fill('anybody')
      await heading('Sign in', on)
      assert.deepEqual(watched.complaints, [])
      await context.close()
    }
  })
  await check(
    'a role that is removed while the page is open is reported at the next action',
    async () => {
      const other = await openBrowser()
      other.watched.expect(...expected)
      await enter(other.page)
      await other.page.getByRole('link', { name: 'New user' }).waitFor()
      await other.page.getByRole('link', { name: 'New user' }).click()
      await heading('New user', other.page)
      await other.page.getByLabel('Name').fill('Not allowed')
      await other.page.getByLabel('E-mail').fill(`not.${mark}@example.com`)
      // Pending requests of the page would be refused, too.
      await other.page.waitForLoadState('networkidle')
      await operator.change(await operator.show(manager.id), { roles: ['viewer'] })
      await other.page.getByRole('button', { name: 'Create user' }).click()
      await other.page
        .getByRole('alert')
        .filter({ hasText: 'Your roles do not allow this action.' })
        .waitFor()
      await operator.change(await operator.show(manager.id), { roles: ['user'] })
      await other.page.goto('/users')
      await other.page.getByText('You do not have access to users').waitFor()
      assert.deepEqual(other.watched.complaints, [])
      await other.context.close()
    },
  )
}

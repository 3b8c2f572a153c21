// The account page: the name, the password and its meter, sessions on other devices, preferences.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

test('the account page', async ({
  stage: { openBrowser, check, inspected, heading, signIn, operator, mark, line },
}) => {
  const own = { email: `casey.${mark}@example.com`, password: 'lantern orbit velvet 31' }
  const next = 'quartz meadow tandem 77'
  const created = await operator.create({
    email: own.email,
    name: `Casey ${mark}`,
    password: own.password,
  })
  const { context, page, watched } = await openBrowser()
  const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
  /** Waits for a notification and dismisses it: another one may have the same text. @param {string} text */
  const toast = async (text) => {
    const shown = page.getByRole('group', { name: text })
    await shown.waitFor()
    await shown.getByRole('button', { name: 'Dismiss' }).click()
    await shown.waitFor({ state: 'hidden' })
  }

  /** Creates a session on another device. @param {string} userAgent @param {string} password */
  const signInElsewhere = async (userAgent, password) => {
    const response = await fetch(`${line.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify({ email: own.email, password, delivery: 'body' }),
    })
    assert.equal(response.status, 200)
  }

  /**
   * Runs a step in this browser. `expected` are the console lines that it causes on purpose.
   * @param {string} name @param {() => Promise<void>} run @param {...RegExp} expected
   */
  const step = (name, run, ...expected) =>
    check(name, () => {
      watched.expect(...expected)
      return run()
    })

  await step(
    'a user without permissions starts on the account page, without a failed request',
    async () => {
      await page.goto('/')
      await heading('Sign in', page)
      assert.equal(new URL(page.url()).search, '')
      await signIn(own.password, own.email, page)
      await heading('Your account', page)
      assert.equal(
        await page.getByRole('navigation', { name: 'Console' }).getByRole('link').count(),
        0,
      )
    },
  )

  await step(
    'the account menu opens the account page, which shows name and e-mail address',
    async () => {
      await page.goto('/no-such-page')
      await heading('Page not found', page)
      await page.getByRole('button', { name: /^Account menu/ }).click()
      await page.getByRole('menuitem', { name: 'Your account' }).click()
      await heading('Your account', page)
      assert.equal(await page.getByLabel('Name').inputValue(), `Casey ${mark}`)
      await page.getByText(own.email, { exact: true }).last().waitFor()
      assert.equal(
        await page.getByRole('link', { name: 'Audit log' }).count(),
        0,
        'the audit log is offered to a user without the permission to read it',
      )
    },
  )
  await step('a new name is shown at once, also in the account menu', async () => {
    await page.getByLabel('Name').fill(`Casey Quill ${mark}`)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await toast('Saved.')
    await page
      .getByRole('button', { name: /^Account menu/ })
      .getByText(`Casey Quill ${mark}`)
      .waitFor()
  })
  await step(
    'an empty name is refused with a message at its field',
    async () => {
      await page.getByLabel('Name').fill('  ')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('This field is required.').waitFor()
      await page.getByLabel('Name').fill(`Casey Quill ${mark}`)
    },
    answered(422, 'me'),
  )
  await step(
    'a name that someone else has changed in the meantime is not overwritten unseen',
    async () => {
      await operator.change(await operator.show(created.id), { name: `Casey Other ${mark}` })
      await page.getByLabel('Name').fill(`Casey Mine ${mark}`)
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page
        .getByRole('alert')
        .filter({ hasText: `Casey Other ${mark}` })
        .waitFor()
      assert.equal((await operator.show(created.id)).name, `Casey Other ${mark}`)
      await inspected('account-overtaken', page)
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await toast('Saved.')
      assert.equal((await operator.show(created.id)).name, `Casey Mine ${mark}`)
    },
    answered(412, 'me'),
  )
  await step('sessions are listed with their device, the current one first', async () => {
    await signInElsewhere(FIREFOX, own.password)
    await signInElsewhere(IPHONE, own.password)
    await signInElsewhere('curl/8.14.1', own.password)
    await page.reload()
    await sessions.nth(3).waitFor()
    assert.match(await sessions.first().innerText(), /Chrome on Linux[\s\S]*This session/)
    for (const device of ['Firefox on Linux', 'Safari on iPhone', 'Program: curl'])
      await sessions.filter({ hasText: device }).waitFor()
    assert.equal(await sessions.first().getByRole('button', { name: /^End/ }).count(), 0)
    await inspected('account', page)
  })
  await step('the exact time of a session is shown on focus', async () => {
    await sessions.first().getByRole('button').first().focus()
    await page
      .getByRole('tooltip')
      .filter({ hasText: /\d{4}.*\d\d:\d\d:\d\d/ })
      .waitFor()
    await page.keyboard.press('Escape')
  })
  await step('ending one session asks for confirmation', async () => {
    await page.getByRole('button', { name: 'End: Program: curl' }).click()
    const question = page.getByRole('alertdialog', { name: 'End this session?' })
    await question.waitFor()
    await inspected('account-end-session', page)
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'hidden' })
    assert.equal(await sessions.count(), 4)
    await page.getByRole('button', { name: 'End: Program: curl' }).click()
    await question.getByRole('button', { name: 'End', exact: true }).click()
    await question.waitFor({ state: 'hidden' })
    await sessions.filter({ hasText: 'curl' }).waitFor({ state: 'detached' })
    assert.equal(await sessions.count(), 3)
  })
  await step('all other sessions can be ended together', async () => {
    await page.getByRole('button', { name: 'End all others' }).click()
    const question = page.getByRole('alertdialog', { name: 'End 2 other sessions?' })
    await question.getByRole('button', { name: 'End', exact: true }).click()
    await question.waitFor({ state: 'hidden' })
    await toast('2 sessions ended.')
    assert.equal(await sessions.count(), 1)
  })
  await step('the password meter refuses what the server refuses', async () => {
    await page.getByRole('button', { name: 'Change password' }).click()
    const field = page.getByLabel('New password')
    for (const [password, words] of /** @type {const} */ ([
      ['short', 'At least 7 more characters.'],
      ['password1234', 'This password is too common.'],
      ['casey-2026-2026', 'This password is too common.'],
      ['qwertyuiop123', 'This password is too common.'],
      ['Sojdlg123aljg', 'This password is too common.'],
      ['vhqkztmwplqx', 'Sufficient.'],
      [next, 'Strong password.'],
    ])) {
      await field.fill(password)
      await page.getByText(words).waitFor()
    }
    await inspected('account-password', page)
  })
  await step(
    'a wrong current password is refused with a message at its field',
    async () => {
      await page.getByLabel('Current password').fill('not the password at all')
      await page.getByRole('button', { name: 'Set new password' }).click()
      await page.getByText('The current password is incorrect.').waitFor()
    },
    answered(422, 'me/password'),
  )
  await step('a new password ends the other sessions and keeps this one', async () => {
    await signInElsewhere(FIREFOX, own.password)
    await page.getByLabel('Current password').fill(own.password)
    await page.getByRole('button', { name: 'Set new password' }).click()
    await toast('Password changed.')
    assert.equal(await sessions.count(), 1)
    await signInElsewhere('curl/8.14.1', next)
  })
  await step('language and theme can be changed on the account page', async () => {
    await page.getByLabel('Language').selectOption('de')
    await heading('Ihr Konto', page)
    await inspected('account-german', page)
    await page.getByLabel('Sprache').selectOption('en')
    await heading('Your account', page)
    await page.getByRole('radio', { name: 'Dark' }).check({ force: true })
    assert.equal(
      await page.evaluate(() => getComputedStyle(document.documentElement).colorScheme),
      'dark',
    )
    await page.getByRole('radio', { name: 'System' }).check({ force: true })
  })
  await step('no console error and no policy violation on the account page', async () => {
    assert.deepEqual(watched.complaints, [])
  })
  await context.close()
})

// One-time links: the session that they replace, changes by mail programs, and links that are not valid.
import assert from 'node:assert/strict'
import { answered, noAnswer, test } from '../support/fixtures.mjs'

const PASSWORD = 'quartz meadow tandem 77'

test('one-time links', async ({
  stage: { openBrowser, check, inspected, heading, signIn, operator, line, mark },
}) => {
  const own = { email: `linda.${mark}@example.com`, password: 'lantern orbit velvet 31' }
  const linda = await operator.create({
    email: own.email,
    name: `Linda ${mark}`,
    password: own.password,
  })
  const guest = { email: `noa.${mark}@example.com`, name: `Noa \u05e9\u05dc\u05d5\u05dd ${mark}` }
  const { setupLink = '' } = await operator.create(guest)
  const { context, page, watched } = await openBrowser()
  const fragment = setupLink.slice(setupLink.indexOf('#') + 1)

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
    'the account page, to which /.well-known/change-password redirects, opens after the sign-in',
    async () => {
      await page.goto('/account')
      await heading('Sign in', page)
      await signIn(own.password, own.email, page)
      await heading('Your account', page)
      assert.equal(new URL(page.url()).pathname, '/account')
    },
  )
  await step('a one-time link asks before it replaces an existing session', async () => {
    await page.goto(`/welcome#${fragment}`)
    await heading('You are already signed in', page)
    await page.getByText(own.email, { exact: true }).waitFor()
    await page.getByText(guest.email, { exact: true }).waitFor()
    assert.equal(new URL(page.url()).hash, '')
    await inspected('welcome-signed-in', page)
    await page.getByRole('button', { name: 'Stay signed in' }).click()
    await heading('Your account', page)
  })
  await step('a one-time link asks in German', async () => {
    await page.getByLabel('Language').selectOption('de')
    await page.goto(`/welcome#${fragment}`)
    await heading('Sie sind bereits angemeldet', page)
    await inspected('welcome-signed-in-german', page)
    await page.getByRole('radio', { name: 'English' }).check({ force: true })
  })
  await step(
    'a one-time link of the own account does not ask about the session, and gives password managers the user name',
    async () => {
      const { setupLink: ownLink } = await operator.call(
        'POST',
        `/api/users/${linda.id}/setup-link`,
      )
      await page.goto(`/welcome${new URL(ownLink).hash}`)
      await heading('Set a new password', page)
      const userName = page.getByLabel('E-mail')
      assert.equal(await userName.inputValue(), own.email)
      assert.equal(await userName.getAttribute('autocomplete'), 'username')
      assert.equal(await userName.isEditable(), false)
      assert.ok(
        await page.getByLabel('New password').evaluate((field) => field === document.activeElement),
        'the field is not focused',
      )
      await inspected('welcome-reset', page)
      await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true })
      await heading('Neues Passwort festlegen', page)
      await inspected('welcome-reset-german', page)
      await page.getByRole('radio', { name: 'English' }).check({ force: true })
    },
  )
  await step(
    'a one-time link that cannot be checked is not called invalid, and can be checked again',
    async () => {
      line.cutAt(/\/api\/recovery\/inspect$/)
      try {
        await page.goto(`/welcome#${fragment}`)
        await heading('The link could not be checked', page)
        await page.getByRole('alert').filter({ hasText: 'could not be reached' }).waitFor()
        await inspected('welcome-unchecked', page)
      } finally {
        line.mend()
      }
      await page.getByRole('button', { name: 'Retry now' }).click()
      await heading('You are already signed in', page)
    },
    noAnswer,
  )
  await step(
    'an incomplete one-time link is reported, and the complete link can be pasted',
    async () => {
      const other = await context.newPage()
      await other.goto(`/welcome#${fragment.slice(0, 60)}`)
      await heading('This link is incomplete', other)
      await inspected('welcome-incomplete', other)
      await other.getByLabel('One-time link').fill('https://hallpass.example/welcome')
      await other.getByRole('button', { name: 'Open the link' }).click()
      await other.getByText('no complete one-time link').waitFor()
      const half = fragment.length / 2
      await other
        .getByLabel('One-time link')
        .fill(
          `Hello, your link: <https://hallpass.example/welcome#${fragment.slice(0, half)} ${fragment.slice(half)}>.`,
        )
      await heading('You are already signed in', other)
      await other.close()
    },
  )
  await step(
    'a one-time link that a mail program has encoded works, and replaces the session in all tabs',
    async () => {
      const other = await context.newPage()
      await other.goto('/account')
      await heading('Your account', other)
      await page.goto(`/welcome%23${fragment}.`)
      await page.getByRole('button', { name: 'Continue with the link' }).click()
      await heading('Set your password', page)
      assert.equal(new URL(page.url()).pathname, '/welcome')
      await page.getByLabel('New password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Set password' }).click()
      await heading('Your account', page)
      await page.getByText(guest.email, { exact: true }).last().waitFor()
      await other.getByText(guest.email, { exact: true }).last().waitFor()
      await other.close()
    },
  )
  await step(
    'a used one-time link is reported as no longer valid, not as incomplete',
    async () => {
      await page.goto(`/welcome#${fragment}`)
      await heading('This link is no longer valid', page)
      await page.getByText('Ask an administrator for a new link.').waitFor()
      await inspected('welcome-dead-link', page)
    },
    answered(401, 'recovery/inspect'),
  )
  await step(
    'no console error and no policy violation on the page of a one-time link',
    async () => {
      assert.deepEqual(watched.complaints, [])
    },
  )
  await context.close()
})

// A browser that does not keep the session's cookies, as Safari does on http://localhost.
test('a browser that refuses the session cookie', async ({
  stage: { openBrowser, check, inspected, heading, signIn, operator, line, mark },
}) => {
  const own = { email: `cookie.${mark}@example.com`, password: 'lantern orbit velvet 31' }
  await operator.create({ email: own.email, name: `Cookie ${mark}`, password: own.password })
  const { context, page, watched } = await openBrowser()
  await check(
    'the sign-in page explains that the browser does not keep the cookie, and what to do',
    async () => {
      watched.expect(answered(401, 'refresh'))
      await page.goto('/')
      await heading('Sign in', page)
      await line.takeCookies(async () => {
        await signIn(own.password, own.email, page)
        await page
          .getByRole('alert')
          .filter({ hasText: 'did not store the session cookie' })
          .waitFor()
      })
      await inspected('sign-in-cookie-refused', page)
      assert.deepEqual(await context.cookies(), [])
      assert.deepEqual(watched.complaints, [])
    },
  )
  await context.close()
})

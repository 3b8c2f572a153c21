// Signing in and out, and one-time links without a valid token.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

test('signing in', async ({
  stage: { page, context, check, heading, inspected, signIn, administrator, rows },
}) => {
  await check(
    'a page that needs a session redirects to the sign-in, under the content security policy',
    async () => {
      /** @type {string[]} */
      const asked = []
      const note = (/** @type {import('@playwright/test').Request} */ request) =>
        asked.push(new URL(request.url()).pathname)
      page.on('request', note)
      const response = await page.goto('/users')
      const policy = response?.headers()['content-security-policy'] ?? ''
      assert.match(policy, /require-trusted-types-for 'script'/)
      assert.match(policy, /style-src 'self'(;|$)/)
      await heading('Sign in')
      assert.equal(new URL(page.url()).pathname, '/sign-in')
      await inspected('sign-in')
      page.off('request', note)
      assert.deepEqual(
        asked.filter((path) => path.startsWith('/api/')),
        [],
      )
    },
  )
  await check(
    'the sign-in page can be changed to German and stays German after a reload',
    async () => {
      await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true })
      await heading('Anmelden')
      assert.equal(await page.getAttribute('html', 'lang'), 'de')
      await page.reload()
      await heading('Anmelden')
      await page.getByRole('radio', { name: 'English' }).check({ force: true })
      await heading('Sign in')
    },
  )
  await check(
    'a wrong password is refused with a message, and the page stays',
    async () => {
      await signIn(`not-${administrator.password}`)
      await page.getByRole('alert').filter({ hasText: 'incorrect' }).waitFor()
      assert.equal(await page.getByLabel('E-mail').inputValue(), administrator.email)
      await inspected('sign-in-refused')
    },
    answered(401, 'login'),
  )
  await check('the correct password opens the list of users', async () => {
    await signIn(administrator.password)
    await heading('Users')
    await rows.nth(1).waitFor()
    await page.getByText(/^(about |more than )?[\d,.]+( \w+illion)? users?$/).waitFor()
  })
  await check('no token is in storage or within reach of a script', async () => {
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...window.localStorage }, { ...window.sessionStorage }]),
    )
    assert.doesNotMatch(kept, /hpr_|eyJ|__Host-/)
    // Scripts can read only the marker cookie.
    assert.equal(await page.evaluate(() => document.cookie), '__Host-hallpass-present=1')
    const cookie = (await context.cookies()).find(({ name }) => name === '__Host-hallpass')
    assert.ok(cookie?.httpOnly, 'the session cookie is not HttpOnly')
    assert.equal(cookie.sameSite, 'Strict')
  })
})

test('signing out', async ({
  signedIn: { page, context, check, heading, inspected, chooseInAccountMenu },
}) => {
  await check('signing out reaches the other tabs', async () => {
    const other = await context.newPage()
    await other.goto('/users')
    await heading('Users', other)
    await chooseInAccountMenu('Sign out')
    await heading('Sign in')
    await heading('Sign in', other)
    await other.close()
  })
  await check(
    'after signing out, a page that needs a session redirects to the sign-in',
    async () => {
      await page.goto('/users?q=a')
      await heading('Sign in')
      assert.equal(new URL(page.url()).searchParams.get('next'), '/users?q=a')
      assert.equal(await page.evaluate(() => document.cookie), '')
    },
  )
  await check('a one-time link without its token asks for the link', async () => {
    await page.goto('/welcome')
    await heading('Open your link again')
    await inspected('welcome-without-link')
  })
  await check(
    'the token of a one-time link is removed from the address, valid or not',
    async () => {
      await page.goto('/welcome?from=smoke#not-a-link')
      await heading('This link is incomplete')
      assert.equal(new URL(page.url()).hash, '')
      assert.doesNotMatch(await page.evaluate(() => JSON.stringify(history.state)), /not-a-link/)
      await page.goto(`/welcome#hpl_${'A'.repeat(82)}`)
      await heading('This link is no longer valid')
      assert.equal(new URL(page.url()).hash, '')
    },
    answered(401, 'recovery/inspect'),
  )
})

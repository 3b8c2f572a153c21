// Guessing passwords: after several wrong ones, the sign-in must wait, and the page shows for how long.
import assert from 'node:assert/strict'
import { answered, test } from '../support/fixtures.mjs'

const TRIES = 12

test('rate limit of sign-ins', async ({
  stage: { openBrowser, operator, check, heading, signIn, inspected, mark },
}) => {
  await check('too many wrong passwords block the sign-in and show how long to wait', async () => {
    const { email } = await operator.create({
      email: `slow.${mark}@example.com`,
      password: 'several words of nobody else',
    })
    const other = await openBrowser()
    other.watched.expect(answered(401, 'login'), answered(429, 'login'))
    await other.page.goto('/sign-in')
    await heading('Sign in', other.page)
    const told = other.page.getByRole('alert').filter({ hasText: 'Too many attempts' })
    for (let tried = 0; tried < TRIES && !(await told.isVisible()); tried += 1) {
      const answer = other.page.waitForResponse('**/api/login')
      await signIn('not this one either', email, other.page)
      await answer
      await other.page.getByRole('alert').waitFor()
    }
    await told.waitFor()
    await other.page.getByText(/^Retrying in \d+/).waitFor()
    assert.equal(
      await other.page.getByRole('button', { name: 'Sign in' }).getAttribute('aria-disabled'),
      'true',
    )
    await inspected('sign-in-throttled', other.page)
    assert.deepEqual(other.watched.complaints, [])
    await other.context.close()
  })
})

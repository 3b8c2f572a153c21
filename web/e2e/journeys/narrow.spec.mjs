// On a phone: signing in, the menu, changing a user, and returning to the list.
import assert from 'node:assert/strict'
import { NARROW } from '../support/accessibility.mjs'
import { test } from '../support/fixtures.mjs'

test('the console can be used on a phone', async ({
  stage: { openBrowser, check, heading, inspected, signIn, rowsOf, operator, administrator, mark },
}) => {
  const { page, context, watched } = await openBrowser({ viewport: NARROW })
  const person = await operator.create({
    email: `thumb.${mark}@example.com`,
    name: `Tina Thumb ${mark}`,
  })
  const menu = page.getByRole('button', { name: 'Menu', exact: true })
  const navigation = page.getByRole('navigation', { name: 'Console' })

  await check(
    'at 360 px: the navigation opens from the menu, is accessible, and closes when a page is opened',
    async () => {
      await page.goto('/audit')
      await signIn(administrator.password, administrator.email, page)
      await heading('Audit log', page)
      assert.equal(await navigation.isVisible(), false)
      await menu.click()
      await navigation.waitFor()
      assert.equal(await menu.getAttribute('aria-expanded'), 'true')
      await inspected('narrow-menu', page, NARROW)
      await navigation.getByRole('link', { name: 'Users' }).click()
      await heading('Users', page)
      await navigation.waitFor({ state: 'hidden' })
    },
  )
  await check('at 360 px: a user is found and changed, and the list keeps its search', async () => {
    await page.getByRole('searchbox').fill(`thumb ${mark}`)
    await page.getByText('1 user found').waitFor()
    await inspected('narrow-users', page, NARROW)
    await rowsOf(page).getByRole('link', { name: person.name }).click()
    await heading(person.name, page)
    await page.getByLabel('Name').fill(`Tini Thumb ${mark}`)
    await page.getByRole('button', { name: 'Save changes' }).click()
    await heading(`Tini Thumb ${mark}`, page)
    await page.getByText('Saved.').waitFor()
    await inspected('narrow-user', page, NARROW)
    assert.equal((await operator.show(person.id)).name, `Tini Thumb ${mark}`)
    await page.locator('main').getByRole('link', { name: 'Users' }).click()
    await heading('Users', page)
    assert.equal(new URL(page.url()).searchParams.get('q'), `thumb ${mark}`)
    await rowsOf(page)
      .getByRole('link', { name: `Tini Thumb ${mark}` })
      .waitFor()
  })
  await check(
    'at 360 px: the command palette opens a user, and the menu offers to sign out',
    async () => {
      await page.getByRole('button', { name: 'Search', exact: true }).click()
      const palette = page.getByRole('dialog', { name: 'Command palette' })
      await palette.waitFor()
      await page.keyboard.type(`tini thumb ${mark}`)
      await palette.getByRole('option', { name: `Tini Thumb ${mark}` }).click()
      await heading(`Tini Thumb ${mark}`, page)
      await menu.click()
      await page.getByRole('button', { name: /^Account menu/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await heading('Sign in', page)
      assert.deepEqual(watched.complaints, [])
      await context.close()
    },
  )
})

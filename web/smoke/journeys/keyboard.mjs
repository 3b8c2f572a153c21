// Everything without a mouse: in, through the list, into a user and back to the same row, out.
import assert from 'node:assert/strict'

const FAR = 60

/** @param {import('../stage.mjs').Stage} stage */
export async function keyboardJourney({ openBrowser, check, heading, rowsOf, mark, administrator, operator }) {
  const { page, context, watched } = await openBrowser()
  for (const name of ['Anna', 'Berta', 'Cora', 'Dora']) await operator.create({ email: `${name}.keys.${mark}@example.com`, name: `${name} Keys ${mark}` })
  const press = (/** @type {string} */ key) => page.keyboard.press(key)
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const search = page.getByRole('searchbox')

  /** Tabs on until the focus is on what matches. @param {string} selector */
  async function tabTo(selector) {
    for (let step = 0; step < FAR; step += 1) {
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
      await press('Tab')
    }
    throw new Error(`${FAR} tab stops did not lead to ${selector}`)
  }

  await check(
    'by the keyboard alone: signing in',
    async () => {
      await page.goto(`/users?q=${encodeURIComponent(`keys ${mark}`)}&sort=email`)
      await heading('Sign in', page)
      await page.keyboard.type(administrator.email)
      await press('Tab')
      await page.keyboard.type(administrator.password)
      await press('Enter')
      await heading('Users', page)
      await rowsOf(page).nth(1).waitFor()
    },
  )
  await check('by the keyboard alone: past the navigation, along the rows, into a user and back to the row', async () => {
    await page.reload()
    await rowsOf(page).nth(1).waitFor()
    await press('Tab')
    assert.equal(await focused(), 'Skip to the content')
    await press('Enter')
    assert.ok(await page.evaluate(() => document.activeElement?.id === 'main'), 'the link does not skip')
    await tabTo('.open')
    await press('ArrowDown')
    await press('ArrowDown')
    const name = await focused()
    assert.equal(name, await rowsOf(page).nth(3).getByRole('rowheader').innerText())
    await press('Enter')
    await heading(name, page)
    assert.equal(await focused(), name)
    await page.goBack()
    await rowsOf(page).nth(3).waitFor()
    assert.equal(await focused(), name, 'the focus is not back on the row')
  })
  await check('by the keyboard alone: a menu of a row, and its question', async () => {
    await press('Tab')
    await press('Enter')
    await page.getByRole('menu').waitFor()
    assert.equal(await focused(), 'Copy e-mail address')
    await press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    assert.match(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? ''), /^Actions for/)
  })
  await check('by the keyboard alone: out', async () => {
    await press('ControlOrMeta+k')
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
    await page.keyboard.type('sign out')
    await press('Enter')
    await heading('Sign in', page)
    assert.equal(await search.count(), 0)
    assert.deepEqual(watched.complaints, [])
    await context.close()
  })
}

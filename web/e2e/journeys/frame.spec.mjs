// The layout around every page: the command palette, keyboard shortcuts, theme and language.
import assert from 'node:assert/strict'
import { test } from '../support/fixtures.mjs'

test('palette, shortcuts and preferences', async ({
  signedIn: {
    page,
    check,
    heading,
    inspected,
    rows,
    search,
    signIn,
    chooseInAccountMenu,
    administrator,
    mark,
    operator,
  },
}) => {
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  const person = await operator.create({
    email: `palette.${mark}@example.com`,
    name: `Pia Palette ${mark}`,
  })
  const palette = page.getByRole('dialog', { name: 'Command palette' })

  await check(
    'the command palette opens with its shortcut, finds users, and returns the focus',
    async () => {
      await page.goto('/users')
      await rows.nth(1).waitFor()
      await search.focus()
      await page.keyboard.press('ControlOrMeta+k')
      await palette.waitFor()
      await inspected('palette')
      await page.keyboard.type(`palette ${mark}`)
      await palette.getByRole('option', { name: person.name }).waitFor()
      await page.keyboard.press('Escape')
      await palette.waitFor({ state: 'hidden' })
      assert.ok(
        await search.evaluate((field) => field === document.activeElement),
        'the focus did not return to the search',
      )
    },
  )
  await check('the command palette reports that nothing was found', async () => {
    await page.keyboard.press('ControlOrMeta+k')
    await palette.waitFor()
    await page.keyboard.type(`nobody and nothing ${mark}`)
    await palette.getByRole('status').filter({ hasText: 'No results' }).waitFor()
    assert.equal(await palette.getByRole('listbox').getByText('No results').count(), 0)
    await inspected('palette-empty')
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'hidden' })
  })
  await check(
    'a dialog opened from a menu returns the focus to the button of the menu',
    async () => {
      await chooseInAccountMenu('Keyboard shortcuts')
      const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
      // The first time its files are loaded after the menu has closed; the second time it opens while the menu closes.
      for (const again of [true, false]) {
        await help.waitFor()
        await page.keyboard.press('Escape')
        await help.waitFor({ state: 'hidden' })
        await page.waitForFunction(() =>
          document.activeElement?.textContent?.startsWith('Account menu'),
        )
        if (again) await chooseInAccountMenu('Keyboard shortcuts')
      }
    },
  )
  await check('a command of the palette runs with the keyboard', async () => {
    await page.keyboard.press('ControlOrMeta+k')
    await palette.waitFor()
    await page.keyboard.type('theme dark')
    await page.keyboard.press('Enter')
    await palette.waitFor({ state: 'hidden' })
    assert.equal(await scheme(), 'dark')
  })
  await check('single keys open the search and the help, and can be turned off', async () => {
    await page.locator('h1').focus()
    await page.keyboard.press('/')
    assert.ok(
      await search.evaluate((field) => field === document.activeElement),
      'the search is not focused',
    )
    await page.locator('h1').focus()
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.waitFor()
    await inspected('shortcuts')
    await help.getByLabel('Single-key shortcuts').uncheck()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'hidden' })
    await page.locator('h1').focus()
    await page.keyboard.press('?')
    assert.equal(await help.count(), 0)
    await page.evaluate(() => localStorage.removeItem('hallpass:single-keys'))
  })
  await check('the language changes without a reload', async () => {
    await chooseInAccountMenu('Deutsch')
    try {
      await heading('Benutzer')
      await inspected('users-german')
    } finally {
      await page.getByRole('button', { name: /^Kontomenü/ }).click()
      await page.getByRole('menuitemradio', { name: 'English' }).click()
    }
    await heading('Users')
  })
  await check('the chosen theme is kept after a reload and a sign-out', async () => {
    await page.reload()
    await rows.nth(1).waitFor()
    assert.equal(await scheme(), 'dark')
    await chooseInAccountMenu('Sign out')
    await heading('Sign in')
    await signIn(administrator.password)
    await rows.nth(1).waitFor()
    await page.reload()
    await rows.nth(1).waitFor()
    assert.equal(await scheme(), 'dark')
    await page.getByRole('button', { name: /^Account menu/ }).click()
    await page.getByRole('group', { name: 'Theme' }).getByText('System').click()
  })
})

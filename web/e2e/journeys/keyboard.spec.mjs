// Without a mouse: signing in, opening a user from the list and returning to the same row, a bulk change and its undo,
// deactivating a user and undoing it, and signing out.
import assert from 'node:assert/strict'
import { test } from '../support/fixtures.mjs'

/** Maximum number of tab stops to a control. */
const FAR = 60

test('the console can be used with the keyboard alone', async ({
  stage: { openBrowser, check, heading, rowsOf, mark, administrator, operator },
}) => {
  const { page, context, watched } = await openBrowser()
  for (const name of ['Anna', 'Berta', 'Cora', 'Dora'])
    await operator.create({
      email: `${name}.keys.${mark}@example.com`,
      name: `${name} Keys ${mark}`,
    })
  const press = (/** @type {string} */ key) => page.keyboard.press(key)
  const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
  const focusedLabel = () =>
    page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? '')
  const search = page.getByRole('searchbox')

  /** Presses Tab until the focused element matches the selector and contains the text. @param {string} selector @param {string} [text] */
  async function tabTo(selector, text = '') {
    for (let step = 0; step < FAR; step += 1) {
      const is = await page.evaluate(
        (wanted) => document.activeElement?.matches(wanted) ?? false,
        selector,
      )
      if (is && (await focused()).includes(text)) return
      await press('Tab')
    }
    throw new Error(`${FAR} tab stops did not reach ${selector} ${text}`)
  }

  /** First names of the created users that match a filter. @param {string} filter */
  async function listed(filter) {
    const { items } = await operator.call(
      'GET',
      `/api/users?sort=email&q=${encodeURIComponent(`keys ${mark}`)}&${filter}`,
    )
    return items.map((/** @type {{ name: string }} */ { name }) => name.split(' ')[0])
  }

  await check('keyboard: signing in', async () => {
    await page.goto(`/users?q=${encodeURIComponent(`keys ${mark}`)}&sort=email`)
    await heading('Sign in', page)
    await page.keyboard.type(administrator.email)
    await press('Tab')
    await page.keyboard.type(administrator.password)
    await press('Enter')
    await heading('Users', page)
    await rowsOf(page).nth(1).waitFor()
  })
  await check(
    'keyboard: skipping the navigation, moving along the rows, opening a user and returning to the row',
    async () => {
      await page.reload()
      await rowsOf(page).nth(1).waitFor()
      await press('Tab')
      assert.equal(await focused(), 'Skip to content')
      await press('Enter')
      assert.ok(
        await page.evaluate(() => document.activeElement?.id === 'main'),
        'the link does not move the focus to the content',
      )
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
      assert.equal(await focused(), name, 'the focus did not return to the row')
    },
  )
  await check('keyboard: opening and closing the menu of a row', async () => {
    await press('Tab')
    await press('Enter')
    await page.getByRole('menu').waitFor()
    assert.equal(await focused(), 'Copy e-mail address')
    await press('Escape')
    await page.getByRole('menu').waitFor({ state: 'hidden' })
    assert.match(await focusedLabel(), /^Actions for/)
  })
  await check(
    'keyboard: the command palette opens while a menu is closing, and receives every letter',
    async () => {
      // A CSS selector, because the open palette hides the menu from the accessibility tree.
      const menu = page.locator('[role=menu]')
      const motion = await context.newCDPSession(page)
      const opener = await focusedLabel()
      assert.match(opener, /^Actions for/)
      await press('Enter')
      await menu.waitFor()
      await motion.send('Animation.enable')
      // Slows the closing animation down, so that typing is faster even on a busy machine.
      await motion.send('Animation.setPlaybackRate', { playbackRate: 0.01 })
      await press('Escape')
      await press('ControlOrMeta+k')
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
      const words = page.getByRole('combobox', { name: 'Search for users, pages and commands' })
      await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
      await page.keyboard.type('keyb')
      assert.equal(await menu.count(), 1, 'the menu had closed before the text was typed')
      await motion.send('Animation.setPlaybackRate', { playbackRate: 1 })
      await menu.waitFor({ state: 'detached' })
      await page.keyboard.type('oard')
      assert.equal(await words.inputValue(), 'keyboard')
      await motion.detach()
      await press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      assert.equal(await focusedLabel(), opener)
    },
  )
  await check(
    'keyboard: selecting rows, adding a role in a dialog, and undoing it with a key',
    async () => {
      const bar = page.getByRole('region', { name: 'Selection' })
      await page.reload()
      await rowsOf(page).nth(1).waitFor()
      await tabTo('.open')
      await press('x')
      await press('ArrowDown')
      await press('ArrowDown')
      await press('Shift+X')
      await bar.getByText('3 selected').waitFor()
      await press('ArrowUp')
      await press('x')
      await bar.getByText('2 selected').waitFor()
      await tabTo('[role=region] button', 'Roles…')
      await press('Enter')
      const dialog = page.getByRole('dialog', { name: 'Roles of 2 users' })
      await dialog.waitFor()
      // Tab moves from role to role; within a role, the arrow keys choose.
      const viewer = dialog
        .getByRole('group', { name: 'Viewer' })
        .getByRole('radio', { name: 'No change' })
      for (
        let step = 0;
        step < FAR && !(await viewer.evaluate((radio) => radio === document.activeElement));
        step += 1
      )
        await press('Tab')
      await press('ArrowRight')
      await tabTo('[role=dialog] button', 'Change roles')
      await press('Enter')
      await page.getByText('2 of 2 changed.').waitFor()
      assert.deepEqual(await listed('role=viewer'), ['Anna', 'Cora'])
      await bar.waitFor({ state: 'hidden' })
      assert.equal(await focused(), 'Users', 'the focus did not move to the heading')
      await press('z')
      await page.getByText('Undone for 2 users.').waitFor()
      assert.deepEqual(await listed('role=viewer'), [])
      assert.equal(await focused(), 'Users')
    },
  )
  await check(
    'keyboard: deactivating a user in the menu of a row, and undoing it in the command palette',
    async () => {
      await tabTo('.open')
      await press('ArrowDown')
      await press('Tab')
      await press('Enter')
      await page.getByRole('menu').waitFor()
      await press('End')
      assert.equal(await focused(), 'Deactivate')
      await press('Enter')
      await page.getByText('was deactivated and signed out on all devices.').waitFor()
      assert.deepEqual(await listed('active=false'), ['Berta'])
      await press('ControlOrMeta+k')
      await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
      await page.keyboard.type('undo')
      await page.getByRole('option', { name: /^Undo: Berta/ }).waitFor()
      await press('Enter')
      await page.getByText('was reactivated. Ended sessions are not restored.').waitFor()
      assert.deepEqual(await listed('active=false'), [])
      assert.match(await focusedLabel(), /^Actions for Berta/)
    },
  )
  await check('keyboard: dismissing a toast keeps the focus on the page', async () => {
    await tabTo('[aria-label*="was reactivated"] [aria-label=Dismiss]')
    await press('Enter')
    await page.getByRole('group', { name: /was reactivated/ }).waitFor({ state: 'hidden' })
    assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), 'BODY')
  })
  await check('keyboard: signing out', async () => {
    await press('ControlOrMeta+k')
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor()
    await page.keyboard.type('sign out')
    await press('Enter')
    await heading('Sign in', page)
    assert.equal(await search.count(), 0)
    assert.deepEqual(watched.complaints, [])
    await context.close()
  })
})

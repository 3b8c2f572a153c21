// The list of users: searching, filtering, sorting, paging, and its state in the address.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from '../support/fixtures.mjs'

const PEOPLE = 25

test('the list of users', async ({
  signedIn: { page, check, heading, inspected, rows, search, operator, mark, administrator },
}) => {
  const table = page.getByRole('table', { name: 'Users' })
  const settled = () => table.and(page.locator('[aria-busy=false]')).waitFor()
  const firstName = () => rows.nth(1).getByRole('rowheader').innerText()
  const searchedFor = (/** @type {string} */ words) =>
    page.waitForURL((url) => url.searchParams.get('q') === words)

  for (let number = 1; number <= PEOPLE; number += 1) {
    const name = `Pat Person ${String(number).padStart(2, '0')} ${mark}`
    const user = await operator.create({ email: `pat.${number}.${mark}@example.com`, name })
    if (number % 5 === 0) await operator.change(user, { isActive: false })
  }

  await check('the list of users is accessible', async () => {
    await page.goto('/users')
    await rows.nth(1).waitFor()
    await inspected('users')
  })
  await check('a search is in the address and finds the administrator', async () => {
    await search.fill(administrator.email)
    await searchedFor(administrator.email)
    await page.getByRole('cell', { name: administrator.email }).waitFor()
    await page.getByText(/ found$/).waitFor()
  })
  await check('a reload keeps the search', async () => {
    await page.reload()
    await page.getByRole('cell', { name: administrator.email }).waitFor()
    assert.equal(await search.inputValue(), administrator.email)
  })
  await check('the count of a search is exact', async () => {
    await search.fill(mark)
    await page.getByText(`${PEOPLE} users found`).waitFor()
  })
  await check(
    'each page is an entry in the browser’s history: back and forward show it, and the search is kept',
    async () => {
      await settled()
      const first = await firstName()
      await page.getByRole('button', { name: 'Next' }).click()
      await page.waitForURL(/cursor=/)
      await settled()
      const second = await firstName()
      assert.notEqual(second, first)
      await page.goBack()
      await rows.filter({ hasText: first }).waitFor()
      assert.equal(new URL(page.url()).searchParams.get('q'), mark)
      await page.goForward()
      await rows.filter({ hasText: second }).waitFor()
      await page.getByRole('button', { name: 'Previous' }).click()
      await rows.filter({ hasText: first }).waitFor()
    },
  )
  await check('a filter reduces the list and is in the address', async () => {
    await page.goto(`/users?q=${mark}`)
    await page.getByRole('button', { name: 'Status' }).click()
    await page.getByRole('menuitemradio', { name: 'Deactivated' }).click()
    await page.getByText(`${PEOPLE / 5} users found`).waitFor()
    assert.equal(new URL(page.url()).searchParams.get('active'), 'false')
    await inspected('users-filtered')
  })
  await check('an export contains only the filtered users', async () => {
    // An automated browser cannot show a file dialog, so the page must use the way of browsers without one.
    await page.evaluate(() => Object.assign(window, { showSaveFilePicker: undefined }))
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ])
    assert.match(download.suggestedFilename(), /^users-\d{4}-\d\d-\d\d\.csv$/)
    const [head, ...lines] = (await readFile(await download.path(), 'utf8')).trim().split('\r\n')
    assert.match(head ?? '', /email/)
    assert.equal(lines.length, PEOPLE / 5)
    assert.ok(lines.every((line) => line.includes(mark)))
    await page.getByText('The export was downloaded.').waitFor()
    // The pressed button is replaced during the export; the focus returns to it.
    await page.locator('button:focus', { hasText: 'Export CSV' }).waitFor()
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByText(`${PEOPLE} users found`).waitFor()
    await page.locator('button:focus', { hasText: 'Role' }).waitFor()
  })
  await check('the header of a column sorts the list and shows the order', async () => {
    await page.getByRole('columnheader', { name: 'E-mail' }).getByRole('button').click()
    await page.waitForURL(/sort=email/)
    await page.locator('th[aria-sort=ascending]').filter({ hasText: 'E-mail' }).waitFor()
    await settled()
    assert.match(await rows.nth(1).innerText(), /pat\.1\./)
  })
  await check('a page can have more rows', async () => {
    await page.getByLabel('Rows per page').selectOption('50')
    await page.waitForURL(/size=50/)
    await rows.nth(PEOPLE).waitFor()
  })
  await check('a search without results says so', async () => {
    await page.goto('/users')
    await search.fill('zzz nobody is called this zzz')
    await page.getByRole('heading', { name: 'No users match' }).waitFor()
    await inspected('users-empty')
    await page.getByRole('button', { name: 'Show all users' }).click()
    await rows.nth(1).waitFor()
    assert.equal(new URL(page.url()).search, '')
  })
  await check('an unknown page says so', async () => {
    await page.goto('/no-such-page')
    await heading('Page not found')
    await inspected('not-found')
    await page.getByRole('link', { name: 'Go to the home page' }).click()
    await rows.nth(1).waitFor()
  })
})

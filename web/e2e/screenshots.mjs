// Takes the screenshots of the README from a Hallpass that was started for this purpose, for example with
// cargo dev --data /tmp/pictures. Then, with the variables of /tmp/pictures/env:
// npm run screenshots -- --url http://localhost:3000
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { launch } from './support/browser.mjs'
import { callOperator } from './support/operator.mjs'
import { ADMINISTRATOR, createPeople, PASSWORD } from './people.mjs'

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url))
const SIZE = { width: 1200, height: 720 }

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const url = values.url ?? 'http://localhost:3000'

/** Encodes with Chromium, so that no image library is needed. @param {import('@playwright/test').Page} page @param {Buffer} png */
async function encodeWebp(page, png) {
  const encoded = await page.evaluate(
    async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob())
      const canvas = new OffscreenCanvas(image.width, image.height)
      canvas.getContext('2d')?.drawImage(image, 0, 0)
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality: 0.88 })
      return Array.from(new Uint8Array(await blob.arrayBuffer()))
    },
    `data:image/png;base64,${png.toString('base64')}`,
  )
  return Buffer.from(encoded)
}

const operator = await callOperator(url, {
  email: process.env.HALLPASS_ADMIN_EMAIL ?? '',
  password: process.env.HALLPASS_ADMIN_PASSWORD ?? '',
})
const database = new pg.Client({ connectionString: process.env.DATABASE_URL_UNPOOLED })
await database.connect()
const shown = await createPeople({ url, operator, database })
await database.end()

const browser = await launch()
const encoder = await browser.newPage()
for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: SIZE,
    deviceScaleFactor: 2,
    colorScheme,
    locale: 'en-GB',
  })
  const page = await context.newPage()
  /** @param {string} name */
  const picture = async (name) => {
    await page.mouse.move(0, 0)
    await page.waitForLoadState('networkidle')
    const png = await page.screenshot({ caret: 'initial', animations: 'allow' })
    const webp = await encodeWebp(encoder, png)
    await writeFile(`${IMAGES}${name}-${colorScheme}.webp`, webp)
    console.log(
      `${name}-${colorScheme}.webp  ${Math.round(webp.length / 1024)} KB (as PNG ${Math.round(png.length / 1024)} KB)`,
    )
  }
  await page.goto('/sign-in')
  await page.getByLabel('E-mail').fill(ADMINISTRATOR.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await picture('sign-in')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('table', { name: 'Users' }).getByRole('row').nth(5).waitFor()
  await page.evaluate(
    () => document.activeElement instanceof HTMLElement && document.activeElement.blur(),
  )
  await picture('console')
  await page.goto(`/users/${shown.id}`)
  await page.getByRole('heading', { level: 1, name: shown.name }).waitFor()
  await picture('user')
  await context.close()
}
await browser.close()

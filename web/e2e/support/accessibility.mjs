// Runs axe-core on a page, in both colour schemes and at 360 px, and saves a screenshot of each.
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import axe from 'axe-core'

const pictures = fileURLToPath(new URL('../screenshots/', import.meta.url))
mkdirSync(pictures, { recursive: true })

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
export const WIDE = { width: 1280, height: 800 }
export const NARROW = { width: 360, height: 740 }

/**
 * @param {import('@playwright/test').Page} page
 * @param {string} name prefix of the screenshots' file names
 * @param {{ width: number, height: number }} size viewport, which is restored at the end
 * @returns {Promise<string[]>} violations
 */
export async function inspect(page, name, size) {
  const found = []
  for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
    await page.emulateMedia({ colorScheme })
    await picture(page, `${name}-${colorScheme}`)
    found.push(...(await violations(page, `${name}, ${colorScheme}`)))
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(NARROW)
  await picture(page, `${name}-360`)
  // Fixed elements cover others, which axe-core reports. In a viewport as high as the page they cover nothing.
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ ...NARROW, height: Math.max(height, NARROW.height) })
  found.push(...(await violations(page, `${name}, 360 px`)))
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  if (overflow > 0) found.push(`${name}: ${overflow} px wider than a 360 px screen`)
  await page.setViewportSize(size)
  return found
}

/** @param {import('@playwright/test').Page} page @param {string} name */
async function picture(page, name) {
  // Waits for transitions, because axe-core would check the contrast of colours between two values.
  await page.evaluate(async () => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().iterations !== Infinity)
    await Promise.allSettled(ending.map(({ finished }) => finished))
  })
  // With other options Playwright adds a style element, which the content security policy refuses.
  await page.screenshot({ path: `${pictures}${name}.png`, caret: 'initial', animations: 'allow' })
}

/** @param {import('@playwright/test').Page} page @param {string} where */
async function violations(page, where) {
  await page.evaluate(axe.source)
  const result = await page.evaluate((tags) => {
    // @ts-expect-error -- `axe` is defined by the source that was evaluated before
    return window.axe.run(document, {
      runOnly: { type: 'tag', values: tags },
      resultTypes: ['violations'],
    })
  }, TAGS)
  return result.violations.map(
    (/** @type {import('axe-core').Result} */ violation) =>
      `${where}: ${violation.id} × ${violation.nodes.length} (${violation.nodes
        .slice(0, 4)
        .map((node) => node.target.join(' '))
        .join('; ')})`,
  )
}

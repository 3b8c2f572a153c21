// What pages of other origins can do to a Hallpass that somebody is signed in to: nothing. Two real origins
// in a real browser: node smoke/crossSite.mjs --url http://localhost:3000
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { launch } from './browser.mjs'

const { values } = parseArgs({ options: { url: { type: 'string' } } })
const credentials = {
  email: process.env.HALLPASS_ADMIN_EMAIL ?? '',
  password: process.env.HALLPASS_ADMIN_PASSWORD ?? '',
}
const SESSION = '__Host-hallpass'

let passed = 0
let failed = 0

/** @param {string} name @param {() => Promise<void>} step */
async function check(name, step) {
  try {
    await step()
    passed += 1
    console.log(`ok      ${name}`)
  } catch (error) {
    failed += 1
    console.log(`FAILED  ${name}\n        ${String(error instanceof Error ? error.message : error).replaceAll('\n', '\n        ')}`)
  }
}

/** An attacker's server: every address is an empty page of its own. */
async function startAttacker() {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><title>another site</title><body></body>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  const address = server.address()
  assert(address && typeof address === 'object')
  return { server, port: address.port }
}

/**
 * Everything a page can send without asking first, and what it must ask for.
 * @param {{ base: string, login: { email: string, password: string } }} target
 */
async function attackFromPage({ base, login }) {
  const text = JSON.stringify(login)
  /** @param {string} path @param {RequestInit} options */
  const send = async (path, options) => {
    try {
      const response = await fetch(base + path, { credentials: 'include', ...options })
      return response.type === 'opaque' ? 'opaque' : `read ${response.status}`
    } catch {
      return 'blocked'
    }
  }
  const json = { 'content-type': 'application/json' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  return {
    'simple sign-out': await send('/api/logout', { method: 'POST', mode: 'no-cors' }),
    'sign-out as text': await send('/api/logout', { method: 'POST', mode: 'no-cors', body: '{}' }),
    'sign-out as a form': await send('/api/logout', { method: 'POST', mode: 'no-cors', body: 'a=b', headers: form }),
    'refresh as text': await send('/api/refresh', { method: 'POST', mode: 'no-cors', body: '{}' }),
    'sign-in as text': await send('/api/login', { method: 'POST', mode: 'no-cors', body: text }),
    'sign-out with JSON': await send('/api/logout', { method: 'POST', body: '{}', headers: json }),
    'refresh with JSON': await send('/api/refresh', { method: 'POST', body: '{}', headers: json }),
    'sign-in with JSON': await send('/api/login', { method: 'POST', body: text, headers: json }),
    'a change of the name': await send('/api/me', { method: 'PATCH', body: '{"name":"Mallory"}', headers: json }),
    'a look at the users': await send('/api/users', {}),
    'a look with a token': await send('/api/me', { headers: { authorization: 'Bearer x' } }),
    beacon: navigator.sendBeacon(`${base}/api/logout`, '{}') ? 'sent' : 'refused',
  }
}

/** @param {{ action: string, enctype: string, fields: Record<string, string> }} form */
function submitForm({ action, enctype, fields }) {
  const form = Object.assign(document.createElement('form'), { action, enctype, method: 'post' })
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { name, value }))
  }
  document.body.append(form)
  form.submit()
}

/** @param {import('playwright-core').Browser} browser @param {string} base @param {number} port */
async function run(browser, base, port) {
  const context = await browser.newContext()
  context.setDefaultTimeout(15_000)
  const victim = await context.newPage()
  /** Answers of the product to other origins: `POST /api/logout same-site 403`. @type {string[]} */
  const answers = []
  context.on('response', async (response) => {
    const request = response.request()
    const headers = await request.allHeaders()
    const { pathname, origin } = new URL(response.url())
    if (origin !== base || !pathname.startsWith('/api/')) return
    answers.push(`${request.method()} ${pathname} ${headers['sec-fetch-site']} ${response.status()}`)
  })
  const call = (/** @type {string} */ path, /** @type {unknown} */ body) =>
    victim.evaluate(
      async ([address, text]) => {
        const headers = { 'content-type': 'application/json' }
        return (await fetch(address, { method: 'POST', headers, body: text })).status
      },
      [path, JSON.stringify(body)],
    )
  const cookie = async () => (await context.cookies(base)).find(({ name }) => name === SESSION)?.value

  await victim.goto(base)
  await victim.waitForLoadState('networkidle')
  await check('the victim signs in', async () => {
    assert.equal(await call('/api/login', credentials), 200)
    assert(await cookie())
  })
  const before = await cookie()

  // One is another site, the other the same site on another port: there the cookie goes along.
  for (const [site, other] of [
    ['cross-site', `http://127.0.0.1:${port}`],
    ['same-site', `http://localhost:${port}`],
  ]) {
    const page = await context.newPage()
    await check(`t19 ${site}: whatever a page sends is refused or cannot be read`, async () => {
      await page.goto(other)
      answers.length = 0
      const results = await page.evaluate(attackFromPage, { base, login: credentials })
      const { beacon, ...fetched } = results
      assert.equal(beacon, 'sent')
      for (const [name, result] of Object.entries(fetched)) assert.match(result, /^(opaque|blocked)$/, `${name}: ${result}`)
      await page.waitForTimeout(500)
      const changing = answers.filter((line) => line.startsWith('POST'))
      assert(changing.length >= 6, answers.join('\n'))
      for (const line of changing) assert.match(line, new RegExp(` ${site} (403|415)$`), line)
      assert(!answers.some((line) => line.startsWith('PATCH')), answers.join('\n'))
    })
    for (const [path, enctype] of [
      ['/api/login', 'text/plain'],
      ['/api/login', 'application/x-www-form-urlencoded'],
      ['/api/logout', 'text/plain'],
      ['/api/logout', 'multipart/form-data'],
    ]) {
      await check(`t19 ${site}: a form to ${path} as ${enctype} is refused`, async () => {
        await page.goto(other)
        const answered = page.waitForResponse((response) => response.url() === base + path)
        const fields = enctype === 'text/plain' ? { '{"email":"a@example.com","password":"': '"}' } : { ...credentials }
        await page.evaluate(submitForm, { action: base + path, enctype, fields })
        const response = await answered
        assert.equal((await response.request().allHeaders())['sec-fetch-site'], site)
        assert.equal(response.status(), 403)
        assert.equal(await response.headerValue('set-cookie'), null)
      })
    }
    await check(`t19 ${site}: a page cannot put the console in a frame`, async () => {
      await page.goto(other)
      const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()))
      await page.evaluate((address) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src: address }))
      }, `${base}/sign-in`)
      await refused
      const inside = page.frames().map((frame) => frame.url())
      assert(!inside.some((url) => url.startsWith(base)), inside.join(' '))
    })
    await page.close()
  }

  await check('after all that the victim is still signed in, by the same cookie', async () => {
    assert.equal(await cookie(), before)
    assert.equal(await call('/api/refresh', {}), 200)
    assert.equal(await call('/api/logout', {}), 204)
  })
  await context.close()
}

if (!values.url || !credentials.email || !credentials.password) {
  console.error('usage: HALLPASS_ADMIN_EMAIL=… HALLPASS_ADMIN_PASSWORD=… node smoke/crossSite.mjs --url http://localhost:3000')
  failed += 1
} else {
  try {
    const { server, port } = await startAttacker()
    const browser = await launch()
    try {
      await run(browser, values.url, port)
    } finally {
      await browser.close()
      server.close()
    }
  } catch (error) {
    failed += 1
    console.error(String(error instanceof Error ? error.message : error))
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0

// Pages of other origins cannot act in or read from Hallpass while a user is signed in. Two real origins in a real browser.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from '../support/fixtures.mjs'

const SESSION = '__Host-hallpass'
const check = test.step

/** Starts an attacker's server, which answers every request with an empty page. */
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
 * Sends requests without and with a preflight.
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
    'sign-out as a form': await send('/api/logout', {
      method: 'POST',
      mode: 'no-cors',
      body: 'a=b',
      headers: form,
    }),
    'refresh as text': await send('/api/refresh', { method: 'POST', mode: 'no-cors', body: '{}' }),
    'sign-in as text': await send('/api/login', { method: 'POST', mode: 'no-cors', body: text }),
    'sign-out with JSON': await send('/api/logout', { method: 'POST', body: '{}', headers: json }),
    'refresh with JSON': await send('/api/refresh', { method: 'POST', body: '{}', headers: json }),
    'sign-in with JSON': await send('/api/login', { method: 'POST', body: text, headers: json }),
    'a change of the name': await send('/api/me', {
      method: 'PATCH',
      body: '{"name":"Mallory"}',
      headers: json,
    }),
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

test('pages of other origins cannot act in Hallpass', async ({
  browser,
  baseURL: base = '',
  operator,
}) => {
  // An account of its own: the other journeys sign the administrator in at the same time.
  const credentials = {
    email: `victim.${Date.now().toString(36)}@example.com`,
    password: 'lantern orbit velvet 31',
  }
  await operator.create({ ...credentials, name: 'Victim', roles: ['manager'] })
  const { server, port } = await startAttacker()
  const context = await browser.newContext()
  context.setDefaultTimeout(45_000)
  const victim = await context.newPage()
  /** Requests that other origins sent to Hallpass. @type {string[]} */
  const sent = []
  context.on('request', (request) => {
    const { pathname, origin } = new URL(request.url())
    if (origin === base && request.frame().page() !== victim)
      sent.push(`${request.method()} ${pathname}`)
  })
  const call = (/** @type {string} */ path, /** @type {unknown} */ body) =>
    victim.evaluate(
      async ({ address, text }) => {
        const headers = { 'content-type': 'application/json' }
        const response = await fetch(address, { method: 'POST', headers, body: text })
        return {
          status: response.status,
          body: response.status === 200 ? await response.json() : null,
        }
      },
      { address: path, text: JSON.stringify(body) },
    )
  const me = (/** @type {string} */ token) =>
    victim.evaluate(async (bearer) => {
      const response = await fetch('/api/me', { headers: { authorization: `Bearer ${bearer}` } })
      return { status: response.status, body: await response.text() }
    }, token)
  const cookie = async () =>
    (await context.cookies(base)).find(({ name }) => name === SESSION)?.value

  await victim.goto(base)
  await victim.waitForLoadState('networkidle')
  let token = ''
  await check('the victim signs in', async () => {
    const { status, body } = await call('/api/login', credentials)
    assert.equal(status, 200)
    token = body.accessToken
    assert(await cookie())
  })
  const before = { cookie: await cookie(), me: await me(token) }
  const nothingChanged = async () =>
    assert.deepEqual({ cookie: await cookie(), me: await me(token) }, before)

  // The first is another site. The second is the same site on another port, to which the browser sends the cookie.
  for (const { site, other } of [
    { site: 'cross-site', other: `http://127.0.0.1:${port}` },
    { site: 'same-site', other: `http://localhost:${port}` },
  ]) {
    /** @param {string} name @param {(page: import('@playwright/test').Page) => Promise<void>} attack */
    const attacked = (name, attack) =>
      check(`t19 ${site}: ${name}`, async () => {
        const page = await context.newPage()
        try {
          await page.goto(other)
          await attack(page)
        } finally {
          await page.close()
        }
        await nothingChanged()
      })

    await attacked('requests of a script are refused or cannot be read', async (page) => {
      sent.length = 0
      const { beacon, ...fetched } = await page.evaluate(attackFromPage, {
        base,
        login: credentials,
      })
      assert.equal(beacon, 'sent')
      for (const [name, result] of Object.entries(fetched))
        assert.match(result, /^(opaque|blocked)$/, `${name}: ${result}`)
      const posts = sent.filter((line) => line.startsWith('POST'))
      assert(posts.length >= 5, sent.join('\n'))
    })
    for (const { path, enctype } of [
      { path: '/api/login', enctype: 'text/plain' },
      { path: '/api/login', enctype: 'application/x-www-form-urlencoded' },
      { path: '/api/logout', enctype: 'text/plain' },
      { path: '/api/logout', enctype: 'multipart/form-data' },
    ]) {
      await attacked(`a form to ${path} as ${enctype} is refused`, async (page) => {
        const answered = page.waitForResponse((response) => response.url() === base + path)
        /** @type {Record<string, string>} */
        const fields =
          enctype === 'text/plain'
            ? { '{"email":"a@example.com","password":"': '"}' }
            : { ...credentials }
        await page.evaluate(submitForm, { action: base + path, enctype, fields })
        const response = await answered
        assert.equal((await response.request().allHeaders())['sec-fetch-site'], site)
        assert.equal(response.status(), 403)
        assert.equal(await response.headerValue('set-cookie'), null)
      })
    }
    await attacked('a page cannot put the console in a frame', async (page) => {
      const refused = page.waitForEvent('console', (message) => /frame/i.test(message.text()))
      await page.evaluate((address) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src: address }))
      }, `${base}/sign-in`)
      await refused
      const titles = await Promise.all(page.frames().map((frame) => frame.title().catch(() => '')))
      assert(!titles.some((title) => title.includes('Hallpass')), titles.join(' '))
    })
  }

  await check('the victim is still signed in after all attacks', async () => {
    assert.equal((await call('/api/refresh', {})).status, 200)
    assert.equal((await call('/api/logout', {})).status, 204)
  })
  await context.close()
  server.close()
})

// Calls the API as the administrator, to prepare and check data without the browser.

/** @typedef {{ id: string, email: string, name: string, roles: string[], isActive: boolean, version: number, setupLink?: string }} User */

/** @param {string} base @param {{ email: string, password: string }} credentials */
export async function callOperator(base, credentials) {
  let token = ''

  /** @param {string} method @param {string} path @param {unknown} body @param {Record<string, string>} headers */
  const send = (method, path, body, headers) =>
    fetch(base + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })

  async function signIn() {
    token = ''
    const response = await send('POST', '/api/login', { ...credentials, delivery: 'body' }, {})
    if (!response.ok) throw new Error(`POST /api/login: ${response.status}`)
    token = (await response.json()).accessToken
  }

  /** @param {string} method @param {string} path @param {unknown} [body] @param {Record<string, string>} [headers] */
  async function call(method, path, body, headers = {}) {
    let response = await send(method, path, body, headers)
    // The access token has expired (after 600 s).
    if (response.status === 401) {
      await signIn()
      response = await send(method, path, body, headers)
    }
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return text ? JSON.parse(text) : null
  }

  await signIn()

  return {
    call,
    /** @param {Partial<User> & { email: string, password?: string }} user @returns {Promise<User>} */
    create: (user) => call('POST', '/api/users', { name: 'Somebody', roles: ['user'], ...user }),
    /** @param {User} user @param {Partial<User>} change @returns {Promise<User>} */
    change: (user, change) =>
      call('PATCH', `/api/users/${user.id}`, change, { 'if-match': `"${user.version}"` }),
    /** @param {string} id @returns {Promise<User>} */
    show: (id) => call('GET', `/api/users/${id}`),
  }
}

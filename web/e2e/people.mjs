// Creates invented users for the screenshots. Their sign-ins are real; the times of creation and of the last sign-in are
// written to the database.

export const PASSWORD = 'lantern orbit velvet 31'
export const ADMINISTRATOR = { email: 'amelia@acme.example', name: 'Amelia Hart', roles: ['admin'] }

const MAC =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0'
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1'

// `days`: created so many days ago. `hours`: last signed in so many hours ago, or null for never.
const PEOPLE = [
  { name: 'Priya Raghavan', roles: ['user'], days: 0, hours: null },
  { name: 'Tomás Herrera', roles: ['user'], days: 2, hours: null },
  { name: 'Wei Zhang', roles: ['user'], days: 1, hours: 3 },
  { name: 'Katarzyna Nowak', roles: ['manager'], days: 3, hours: 5 },
  { name: 'Daniel Okafor', roles: ['user'], days: 4, hours: 22 },
  { name: 'Sofia Lindqvist', roles: ['user'], days: 6, hours: 1 },
  { name: 'Lukas Brandt', roles: ['viewer'], days: 9, hours: 49 },
  { name: 'Yuki Tanaka', roles: ['user'], days: 12, hours: 26 },
  { name: 'Chloé Marchand', roles: ['user'], days: 15, hours: 4, isActive: false },
  { name: 'Mateo Rossi', roles: ['user'], days: 19, hours: 75 },
  { name: 'Leila Haddad', roles: ['manager', 'viewer'], days: 23, hours: 2 },
  { name: 'Noah Whitfield', roles: ['user'], days: 30, hours: 120 },
  { name: 'Ingrid Solberg', roles: ['user'], days: 41, hours: 8 },
  { name: 'Kwame Boateng', roles: ['user'], days: 52, hours: 30 },
  { name: 'Hannah Fischer', roles: ['viewer'], days: 64, hours: 12 },
  { name: 'Rafael Costa', roles: ['user'], days: 80, hours: 410, isActive: false },
  { name: 'Emily Carter', roles: ['user'], days: 95, hours: 6 },
  { name: 'Arjun Mehta', roles: ['user'], days: 121, hours: 55 },
  { name: 'Nadia Petrova', roles: ['user'], days: 150, hours: 18 },
  { name: 'Oliver Grant', roles: ['admin'], days: 188, hours: 9 },
]
/** The user whose page is shown. */
const SHOWN = 'Leila Haddad'

/** @param {string} name */
const emailOf = (name) =>
  `${name.split(' ', 1)[0]?.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()}@acme.example`

/**
 * @param {object} parts
 * @param {string} parts.url
 * @param {Awaited<ReturnType<typeof import('./support/operator.mjs').callOperator>>} parts.operator
 * @param {import('pg').Client} parts.database
 */
export async function createPeople({ url, operator, database }) {
  /** @param {string} email @param {string} userAgent */
  const signIn = async (email, userAgent) => {
    const response = await fetch(`${url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': userAgent },
      body: JSON.stringify({ email, password: PASSWORD, delivery: 'body' }),
    })
    if (!response.ok) throw new Error(`POST /api/login: ${response.status}`)
  }

  const { items } = await operator.call('GET', '/api/users?size=100')
  const existing = new Map(
    items.map((/** @type {import('./support/operator.mjs').User} */ user) => [user.email, user]),
  )
  if (!existing.has(ADMINISTRATOR.email)) {
    await operator.create({ ...ADMINISTRATOR, password: PASSWORD })
    for (const { name, roles, hours, isActive = true } of PEOPLE.toReversed()) {
      const email = emailOf(name)
      const user = await operator.create({
        email,
        name,
        roles,
        ...(hours !== null && { password: PASSWORD }),
      })
      existing.set(email, user)
      if (name === SHOWN)
        for (const userAgent of [MAC, WINDOWS, IPHONE]) await signIn(email, userAgent)
      if (!isActive) await operator.change(user, { isActive })
    }
  }
  for (const { name, days, hours } of PEOPLE) {
    await database.query(
      `update hallpass.users
       set created_at = now() - make_interval(days => $2, hours => 3),
         last_login_at = now() - make_interval(hours => $3)
       where email = $1`,
      [emailOf(name), days, hours],
    )
  }
  await database.query(
    "update hallpass.users set created_at = now() - interval '200 days' where email = any($1)",
    [[ADMINISTRATOR.email, process.env.HALLPASS_ADMIN_EMAIL]],
  )
  return existing.get(emailOf(SHOWN))
}

// The console in a real browser against a running Hallpass: npm run smoke -- --url http://localhost:3000
import assert from 'node:assert/strict'
import { parseArgs } from 'node:util'
import { launch } from './browser.mjs'
import { openDatabase } from './database.mjs'
import { accountJourney } from './journeys/account.mjs'
import { auditJourney } from './journeys/audit.mjs'
import { bulkJourney } from './journeys/bulk.mjs'
import { frameJourney } from './journeys/frame.mjs'
import { keyboardJourney } from './journeys/keyboard.mjs'
import { narrowJourney } from './journeys/narrow.mjs'
import { signInJourney, signOutJourney } from './journeys/signIn.mjs'
import { statusJourney } from './journeys/status.mjs'
import { throttleJourney } from './journeys/throttle.mjs'
import { troubleJourney } from './journeys/trouble.mjs'
import { userJourney } from './journeys/user.mjs'
import { usersJourney } from './journeys/users.mjs'
import { cookieJourney, welcomeJourney } from './journeys/welcome.mjs'
import { openLine } from './line.mjs'
import { callOperator } from './operator.mjs'
import { openStage } from './stage.mjs'

// In this order: each begins signed in where the one before has left the browser.
const JOURNEYS = {
  signIn: signInJourney,
  users: usersJourney,
  user: userJourney,
  bulk: bulkJourney,
  account: accountJourney,
  welcome: welcomeJourney,
  cookie: cookieJourney,
  audit: auditJourney,
  status: statusJourney,
  frame: frameJourney,
  keyboard: keyboardJourney,
  narrow: narrowJourney,
  trouble: troubleJourney,
  signOut: signOutJourney,
  throttle: throttleJourney,
}

const { values } = parseArgs({ options: { url: { type: 'string' }, only: { type: 'string' } } })
const databaseUrl = process.env.DATABASE_URL_UNPOOLED ?? ''
const administrator = {
  email: process.env.HALLPASS_ADMIN_EMAIL ?? '',
  password: process.env.HALLPASS_ADMIN_PASSWORD ?? '',
}

/** @param {string} url */
async function run(url) {
  const operator = await callOperator(url, administrator)
  const database = await openDatabase(databaseUrl)
  const line = await openLine(url)
  const browser = await launch()
  try {
    const stage = await openStage({ browser, line, operator, database, administrator })
    for (const [name, journey] of Object.entries(JOURNEYS)) {
      // Signing in comes before everything.
      if (name === 'signIn' || !values.only || values.only === name) await journey(stage)
    }
    await stage.check('no console error and no policy violation in all of this', async () => {
      assert.deepEqual(stage.watched.complaints, [])
    })
    return stage.tally
  } finally {
    await browser.close()
    line.close()
    await database.close()
  }
}

if (!values.url || !databaseUrl || !administrator.email || !administrator.password) {
  console.error(
    'usage: HALLPASS_ADMIN_EMAIL=… HALLPASS_ADMIN_PASSWORD=… DATABASE_URL_UNPOOLED=… npm run smoke -- --url http://localhost:3000 [--only JOURNEY]',
  )
  process.exitCode = 2
} else {
  const { passed, failed } = await run(values.url)
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

// better-auth on PostgreSQL, as its documentation sets it up. `node server.mjs migrate` makes its tables.
//
// Environment: DATABASE_URL; VERCEL_DEV_PORT, the port to listen on; PASSWORD_HASH, "default" or "argon2id".
import { createServer } from 'node:http'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { toNodeHandler } from 'better-auth/node'
import pg from 'pg'

const { DATABASE_URL, PASSWORD_HASH, VERCEL_DEV_PORT } = process.env

/** Argon2id with Hallpass's parameters. The algorithm is the package's default. */
async function argon2id() {
  const { hash, verify } = await import('@node-rs/argon2')
  const parameters = { memoryCost: 19456, timeCost: 2, parallelism: 1 }
  return {
    hash: (password) => hash(password, parameters),
    verify: ({ hash: stored, password }) => verify(stored, password),
  }
}

const options = {
  baseURL: 'http://localhost',
  secret: 'only-for-measurements-only-for-measurements',
  database: new pg.Pool({ connectionString: DATABASE_URL }),
  emailAndPassword: {
    enabled: true,
    ...(PASSWORD_HASH === 'argon2id' && { password: await argon2id() }),
  },
  // All clients have one address.
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
}

if (process.argv[2] === 'migrate') {
  const { runMigrations } = await getMigrations(options)
  await runMigrations()
  await options.database.end()
} else {
  createServer(toNodeHandler(betterAuth(options))).listen(Number(VERCEL_DEV_PORT), '127.0.0.1')
}

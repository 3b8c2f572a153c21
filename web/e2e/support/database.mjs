// Causes real outages, exhausted connections and missing migrations, with the connection of the database's owner.
import pg from 'pg'

/** @typedef {Awaited<ReturnType<typeof openDatabase>>} Database */

/** @param {string} url the owner's connection, as in the file `env` of `cargo dev`'s data directory (DATABASE_URL_UNPOOLED) */
export async function openDatabase(url) {
  const name = new URL(url).pathname.slice(1)
  const elsewhere = new URL(url)
  elsewhere.pathname = '/postgres'
  // A connection to another database of the server, which stays open while the database is closed.
  const server = new pg.Client({ connectionString: elsewhere.href })
  await server.connect()

  /** @param {string} sql */
  async function inside(sql) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return await client.query(sql)
    } finally {
      await client.end()
    }
  }

  /** Ends all other connections to the database, as a server does when it stops. */
  async function cutOff() {
    const { rows: others } = await server.query(
      'select distinct usename as role from pg_stat_activity where datname = $1 and usename <> current_user',
      [name],
    )
    for (const { role } of others)
      await server.query(`grant ${pg.escapeIdentifier(role)} to current_user with inherit true`)
    await server.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename is not null',
      [name],
    )
    for (const { role } of others)
      await server.query(
        `revoke ${pg.escapeIdentifier(role)} from current_user granted by current_user`,
      )
  }

  return {
    /** Refuses new connections to the database and ends the open ones while `during` runs. @param {() => Promise<void>} during */
    async closed(during) {
      await server.query(`alter database ${pg.escapeIdentifier(name)} with allow_connections false`)
      try {
        await cutOff()
        await during()
      } finally {
        await server.query(
          `alter database ${pg.escapeIdentifier(name)} with allow_connections true`,
        )
      }
    },

    /** Marks the newest migration as missing while `during` runs. @param {() => Promise<void>} during */
    async behind(during) {
      const { rows } = await inside(
        'update hallpass._sqlx_migrations set success = false where version = (select max(version) from hallpass._sqlx_migrations) returning version',
      )
      try {
        await during()
      } finally {
        await inside(
          `update hallpass._sqlx_migrations set success = true where version = ${Number(rows[0].version)}`,
        )
      }
    },

    /** Uses this share of the server's connections while `during` runs. @param {number} share @param {() => Promise<void>} during */
    async crowded(share, during) {
      const { rows } = await server.query(
        "select current_setting('max_connections')::int as most, count(*)::int as used from pg_stat_activity where backend_type = 'client backend'",
      )
      const others = Array.from(
        { length: Math.ceil(rows[0].most * share) - rows[0].used },
        () => new pg.Client({ connectionString: elsewhere.href }),
      )
      try {
        for (const other of others) await other.connect()
        await during()
      } finally {
        await Promise.all(others.map((other) => other.end()))
      }
    },

    close: () => server.end(),
  }
}

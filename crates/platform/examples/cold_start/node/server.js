// The least that can be written: one route, one query, no framework.
const http = require('node:http')
const { Pool } = require('pg')

const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 3 })

http
  .createServer(async (request, response) => {
    const { rows } = await pool.query('select max(version) as version from _sqlx_migrations where success')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ status: 'healthy', schema: rows[0].version }))
  })
  .listen(Number(process.env.VERCEL_DEV_PORT), '127.0.0.1')

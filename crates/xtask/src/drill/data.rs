//! Users, sessions and audit events in the quantities of a system that has been in use for a while.

use hallpass_platform::Error;
use sqlx::{Connection as _, PgConnection};

use super::environment::ADMINISTRATOR;

/// $1: the number of users. All of them have the administrator's password hash, because hashing takes long.
const USERS: &str = "
    insert into hallpass.users (id, email, email_normalized, name, name_normalized, password_hash, is_active, created_at)
    select gen_random_uuid(), 'user' || i || '@example.com', 'user' || i || '@example.com',
        'User ' || i, 'user ' || i, r.password_hash, i % 50 <> 0, now() - make_interval(hours => i)
    from generate_series(1, $1) as i, hallpass.users r where r.email = $2";

/// Three of four users have two sessions each. One of six sessions has ended.
const SESSIONS: &str = "
    insert into hallpass.sessions (id, user_id, generation, created_at, last_used_at, idle_expires_at, expires_at,
        revoked_at, revoked_reason, ip, user_agent)
    select gen_random_uuid(), u.id, n % 40, t, t, t + interval '7 days', t + interval '30 days',
        case when n % 6 = 0 then now() end, case when n % 6 = 0 then 'signed_out' end,
        ('192.0.2.' || n % 250)::inet, 'Mozilla/5.0'
    from (select id, row_number() over (order by email_normalized) as n from hallpass.users) u,
        generate_series(1, 2) as s, lateral (select now() - make_interval(mins => (n % 5000)::integer) as t) as times
    where n % 4 <> 0";

const AUDIT_EVENTS: &str = "
    insert into hallpass.audit_events (id, occurred_at, event, severity, subject_id, ip, request_id, details)
    select gen_random_uuid(), s.created_at, 'login', 'info', s.user_id, s.ip, 'drill', '{}'
    from hallpass.sessions s, generate_series(1, 2)";

/// Number of rows in each table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct Rows {
    pub(super) users: i64,
    pub(super) sessions: i64,
    pub(super) audit_events: i64,
}

/// Adds users, sessions and audit events to a database that has an administrator.
pub(super) async fn fill(url: &str, users: u32) -> Result<Rows, Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query(USERS)
        .bind(i32::try_from(users).unwrap_or(i32::MAX))
        .bind(ADMINISTRATOR)
        .execute(&mut connection)
        .await?;
    for statement in [SESSIONS, AUDIT_EVENTS] {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    connection.close().await?;
    count(url).await
}

pub(super) async fn count(url: &str) -> Result<Rows, Error> {
    let mut connection = PgConnection::connect(url).await?;
    let rows = sqlx::query_as(
        "select (select count(*) from hallpass.users) as users, (select count(*) from hallpass.sessions) as sessions, \
         (select count(*) from hallpass.audit_events) as audit_events",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows)
}

/// Executes a query with a single value as its result.
pub(super) async fn value<T>(url: &str, sql: &'static str) -> Result<T, Error>
where
    T: sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres> + Send + Unpin,
{
    let mut connection = PgConnection::connect(url).await?;
    let value = sqlx::query_scalar(sql).fetch_one(&mut connection).await?;
    connection.close().await?;
    Ok(value)
}

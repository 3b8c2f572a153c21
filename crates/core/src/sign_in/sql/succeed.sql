-- The password is right: opens the session, unless the account changed since the attempt began.
-- $1 user, $2 credential version, $3 new hash or null, $4 session, $5 idle and $6 longest lifetime in
-- seconds, $7 client, $8 to $10 the counters' keys, $11 and $12 the limits of network and account, $13 the
-- session that this browser had, or null. It is locked before the user, as everybody else does it.
with had as materialized (
    select s.id from hallpass.sessions s where s.id = $13 and s.revoked_at is null for no key update
),
account as (
    update hallpass.users u
    set last_login_at = clock_timestamp(), password_hash = coalesce($3, u.password_hash)
    where u.id = $1 and u.is_active and u.credential_version = $2 and (select count(*) from had) >= 0
    returning u
),
replaced as (
    update hallpass.sessions s
    set revoked_at = clock_timestamp(), revoked_reason = 'replaced'
    from had, account
    where s.id = had.id
    returning s.id
),
opened as (
    insert into hallpass.sessions (id, user_id, rotated_at, created_at, last_used_at, idle_expires_at, expires_at, ip, user_agent)
    select $4, $1, t, t, t, t + make_interval(secs => least($5::float8, $6::float8)), t + make_interval(secs => $6::float8),
        ($7::jsonb ->> 'ip')::inet, $7::jsonb ->> 'userAgent'
    from account, clock_timestamp() as t
    returning *
),
-- The counters' rows are locked in the order of an attempt (pair, network, account), each step reading the
-- one before: left to itself, Postgres runs the last CTE first, and two sign-ins wait for each other.
forgiven as (
    delete from hallpass.login_throttle where key = $8 and exists (select from account)
    returning key
),
network_relaxed as (
    update hallpass.login_throttle t
    set failures = greatest(t.failures - 1, 0),
        blocked_until = case when t.failures > $11::integer then t.blocked_until end
    where t.key = $9 and exists (select from account) and (select count(*) from forgiven) >= 0
    returning t.key
),
account_relaxed as (
    update hallpass.login_throttle t
    set failures = greatest(t.failures - 1, 0),
        blocked_until = case when t.failures > $12::integer then t.blocked_until end
    where t.key = $10 and exists (select from account) and (select count(*) from network_relaxed) >= 0
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from opened s,
        lateral hallpass.audit_event('login', 'info', s.user_id, s.user_id, s.id, $7,
            jsonb_strip_nulls(jsonb_build_object(
                'replaced', (select id from replaced), 'place', $7::jsonb -> 'place'
            ))) as event
)
select s.id as "session_id!", s.generation as "generation!", s.expires_at as "expires_at!",
    s.created_at as "now!", hallpass.user_json(a.u) as "user!: Json<User>"
from opened s, account a

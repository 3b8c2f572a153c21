-- $1 user, $2 credential version the link is good for, $3 new hash, $4 session, $5 idle and $6 longest
-- lifetime in seconds, $7 client, $8 when the link was made.
with account as (
    update hallpass.users u
    set password_hash = $3, credential_version = u.credential_version + 1, last_login_at = clock_timestamp()
    where u.id = $1 and u.is_active and u.credential_version = $2
        and $8 >= (select s.links_valid_from from hallpass.settings s)
    returning u
),
ended as materialized (
    select hallpass.end_sessions($1, null, $4, 'password_set') from account
),
opened as (
    insert into hallpass.sessions (id, user_id, rotated_at, created_at, last_used_at, idle_expires_at, expires_at, ip, user_agent)
    select $4, $1, t, t, t, t + make_interval(secs => least($5::float8, $6::float8)), t + make_interval(secs => $6::float8),
        ($7::jsonb ->> 'ip')::inet, $7::jsonb ->> 'userAgent'
    from account, clock_timestamp() as t
    returning *
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from opened s, ended,
        lateral hallpass.audit_event('password_set_by_link', 'info', s.user_id, s.user_id, s.id, $7,
            jsonb_strip_nulls(jsonb_build_object('place', $7::jsonb -> 'place'))) as event
)
select s.id as "session_id!", s.generation as "generation!", s.expires_at as "expires_at!",
    s.created_at as "now!", hallpass.user_json(a.u) as "user!: Json<User>"
from opened s, account a

-- $1 session, $2 user, $3 generation, $4 credential version, $5 new hash, $6 client, $7 the counter's key, $8 time of issue.
with viewer as materialized (
    select * from hallpass.authorize_access($1, $2, $3, $8, null)
),
changed as (
    update hallpass.users u
    set password_hash = $5, credential_version = u.credential_version + 1
    from viewer v
    where u.id = v.user_id and u.credential_version = $4
    returning u.id
),
ended as materialized (
    select hallpass.end_sessions(c.id, null, $1, 'password_changed') from changed c
),
forgiven as (
    delete from hallpass.login_throttle where key = $7 and exists (select from changed)
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from changed c, ended, lateral hallpass.audit_event('password_changed', 'info', c.id, c.id, $1, $6, '{}') as event
)
select exists (select from changed) as "changed!"
from viewer

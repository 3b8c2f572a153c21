-- $1 session, $2 user, $3 generation, $4 credential version, $5 new hash, $6 client, $7 the counters, $8 time of issue.
with viewer as materialized (
    select * from hallpass.authorize_access($1, $2, $3, $8, null)
),
changed as (
    update hallpass.users u
    set password_hash = $5, password_set_by = null, link_made_by = null, credential_version = u.credential_version + 1
    from viewer v
    where u.id = v.user_id and u.credential_version = $4
    returning u.id
),
ended as materialized (
    select hallpass.end_sessions(c.id, null, $1, 'password_changed') from changed c
),
settled as materialized (
    select hallpass.settle_attempt($7, true) from changed, ended
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from changed c, settled, lateral hallpass.audit_event('password_changed', 'info', c.id, c.id, $1, $6, '{}') as event
)
select exists (select from changed) as "changed!"
from viewer

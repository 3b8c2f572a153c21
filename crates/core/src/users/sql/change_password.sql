-- $1 caller, $2 credential version, $3 new hash, $4 client, $5 counters.
with viewer as materialized (
    select * from hallpass.authorize_access($1, null)
),
changed as (
    update hallpass.users u
    set password_hash = $3, password_set_by = null, link_made_by = null, credential_version = u.credential_version + 1
    from viewer v
    where u.id = v.user_id and u.credential_version = $2
    returning u.id, v.session_id
),
ended as materialized (
    select hallpass.end_sessions(c.id, null, c.session_id, 'password_changed') from changed c
),
settled as materialized (
    select hallpass.settle_attempt($5, true) from changed, ended
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from changed c, settled, lateral hallpass.audit_event('password_changed', 'info', c.id, c.id, c.session_id, $4, '{}') as event
)
select exists (select from changed) as "changed!"
from viewer

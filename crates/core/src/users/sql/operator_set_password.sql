-- $1 user, $2 new hash, $3 client.
with changed as (
    update hallpass.users u
    set password_hash = $2, password_set_by = null, link_made_by = null, credential_version = u.credential_version + 1
    where u.id = $1
    returning u
),
ended as materialized (
    select hallpass.end_sessions((c.u).id, null, null, 'password_set') from changed c
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from changed, ended, lateral hallpass.audit_event('password_set_by_operator', 'info', null, $1, null, $3, '{}') as event
)
select hallpass.user_json(c.u) as "user!: Json<User>"
from changed c

-- $1 caller, $2 user, $3 expected versions (null: any), $4 client.
-- The row is locked before it is judged: a statement that waited for another editor judges what that editor left.
with viewer as materialized (
    select * from hallpass.authorize_access($1, 'users:write')
),
target as materialized (
    select u.id, u.version
    from viewer v
    join hallpass.users u on u.id = $2
    where hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
    for no key update of u
),
deactivated as (
    update hallpass.users u
    set is_active = false, updated_at = clock_timestamp(), version = u.version + 1
    from target t
    where u.id = t.id and u.is_active and ($3::integer[] is null or u.version = any ($3))
    returning u.id
),
ended as materialized (
    select hallpass.end_sessions(d.id, null, null, 'user_deactivated') from deactivated d
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, deactivated d, ended,
        lateral hallpass.audit_event('user_deactivated', 'info', v.user_id, d.id, v.session_id, $4, '{}') as event
)
select exists (select from target) as "exists!",
    exists (select from target t where $3::integer[] is null or t.version = any ($3)) as "fresh!"
from viewer

-- $1 caller, $2 expected versions (null: any), $3 name, $4 normalized, $5 client. Null leaves a field unchanged.
with viewer as materialized (
    select * from hallpass.authorize_access($1, null)
),
changed as (
    update hallpass.users u
    set name = coalesce($3, u.name), name_normalized = coalesce($4, u.name_normalized),
        updated_at = clock_timestamp(), version = u.version + 1
    from viewer v
    where u.id = v.user_id and ($2::integer[] is null or u.version = any ($2))
    returning u
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, changed c,
        lateral hallpass.audit_event('user_updated', 'info', v.user_id, v.user_id, v.session_id, $5,
            jsonb_build_object('version', (c.u).version)) as event
)
select (select hallpass.user_json(c.u) from changed c) as "user?: Json<User>", v.permissions as "permissions!"
from viewer v

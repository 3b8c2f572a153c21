-- $1 session, $2 user, $3 generation, $4 expected versions (null: any), $5 name, $6 normalised, $7 client, $8 time of issue.
with viewer as materialized (
    select * from hallpass.authorize_access($1, $2, $3, $8, null)
),
changed as (
    update hallpass.users u
    set name = coalesce($5, u.name), name_normalized = coalesce($6, u.name_normalized),
        updated_at = clock_timestamp(), version = u.version + 1
    from viewer v
    where u.id = v.user_id and ($4::integer[] is null or u.version = any ($4))
    returning u
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, changed c,
        lateral hallpass.audit_event('user_updated', 'info', v.user_id, v.user_id, $1, $7,
            jsonb_build_object('version', (c.u).version)) as event
)
select (select hallpass.user_json(c.u) from changed c) as "user?: Json<User>", v.permissions as "permissions!"
from viewer v

-- $1 session, $2 user, $3 generation, $4 permission or null, $5 whose session, $6 which (null: all), $7 client, $8 time of issue.
with viewer as materialized (
    select * from hallpass.authorize_access($1, $2, $3, $8, $4)
),
target as materialized (
    select u.id
    from viewer v
    join hallpass.users u on u.id = $5
    where u.id = v.user_id or hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
),
ended as materialized (
    select hallpass.end_sessions(t.id, $6, null,
        case when t.id = $2 then 'ended_by_user' else 'ended_by_administrator' end) as count
    from target t
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, ended,
        lateral hallpass.audit_event('sessions_ended', 'info', v.user_id, $5, $6, $7,
            jsonb_build_object('count', ended.count)) as event
    where ended.count > 0
)
select exists (select from target) as "user_exists!", coalesce((select count from ended), 0) as "ended!"
from viewer

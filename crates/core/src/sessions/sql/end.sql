-- $1 caller, $2 permission or null, $3 user, $4 session (null: all), $5 client.
with viewer as materialized (
    select * from hallpass.authorize_access($1, $2)
),
target as materialized (
    select u.id,
        -- The operator's count leaves out sessions that have expired. They are ended as well.
        case when v.user_id is null then (
            select count(*) from hallpass.sessions s
            where s.user_id = u.id and s.revoked_at is null and hallpass.session_is_live(s)
        ) end as live
    from viewer v
    join hallpass.users u on u.id = $3
    where u.id = v.user_id or hallpass.require_permissions(v.permissions, hallpass.permissions_of(u.roles))
),
ended as materialized (
    select coalesce(t.live, sessions.count) as count
    from viewer v, target t,
        lateral hallpass.end_sessions(t.id, $4, null, case
            when v.user_id is null then 'ended_by_operator'
            when v.user_id = t.id then 'ended_by_user'
            else 'ended_by_administrator'
        end) as sessions (count)
),
recorded as (
    insert into hallpass.audit_events
    select event.*
    from viewer v, ended,
        lateral hallpass.audit_event('sessions_ended', 'info', v.user_id, $3, $4, $5,
            jsonb_build_object('count', ended.count)) as event
    where ended.count > 0
)
select exists (select from target) as "user_exists!", coalesce((select count from ended), 0) as "ended!"
from viewer

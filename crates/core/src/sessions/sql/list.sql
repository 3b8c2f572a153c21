-- $1 caller, $2 permission or null, $3 user, $4 maximum number.
select exists (select from hallpass.users u where u.id = $3) as "user_exists!",
    case when s.id is not null then jsonb_build_object(
        'id', s.id, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at,
        'idleExpiresAt', s.idle_expires_at, 'expiresAt', s.expires_at,
        'ip', host(s.ip), 'place', opening.place, 'userAgent', s.user_agent, 'current', s.id = viewer.session_id
    ) end as "session?: sqlx::types::Json<Session>"
from hallpass.authorize_access($1, $2) as viewer
left join lateral (
    select * from hallpass.sessions s
    where s.user_id = $3 and s.revoked_at is null and hallpass.session_is_live(s)
    order by s.created_at desc
    limit $4
) s on true
-- The audit event that opened the session has its location. The same statement wrote both, so the event is at most as
-- much later as a statement may take, and the index of subjects finds it. The location is shown as long as the session
-- is used from the same network (IPv6: the same /64).
left join lateral (
    select e.details -> 'place' as place
    from hallpass.audit_events e
    where e.subject_id = $3
        and e.occurred_at between s.created_at and s.created_at + interval '10 seconds'
        and e.session_id = s.id
        and e.details ? 'place'
        and s.ip <<= set_masklen(e.ip, case family(e.ip) when 6 then 64 else 32 end)
    order by e.occurred_at, e.id
    limit 1
) opening on true
order by s.created_at desc

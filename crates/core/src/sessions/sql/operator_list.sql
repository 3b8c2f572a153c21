-- $1 maximum number. Ids are UUIDs of version 7, so their order is that of the sign-ins.
select jsonb_build_object(
        'id', s.id, 'userId', u.id, 'email', u.email, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at,
        'idleExpiresAt', s.idle_expires_at, 'expiresAt', s.expires_at, 'ip', host(s.ip), 'userAgent', s.user_agent
    ) as "session!: Json<LiveSession>"
from hallpass.sessions s
join hallpass.users u on u.id = s.user_id and u.is_active
where s.revoked_at is null and hallpass.session_is_live(s)
order by s.id desc
limit $1

-- $1 id or null, $2 normalized e-mail or null, $3 maximum number. Returns no row if the user does not exist.
select case when s.id is not null then jsonb_build_object(
        'id', s.id, 'userId', u.id, 'email', u.email, 'createdAt', s.created_at, 'lastUsedAt', s.last_used_at,
        'idleExpiresAt', s.idle_expires_at, 'expiresAt', s.expires_at, 'ip', host(s.ip), 'userAgent', s.user_agent
    ) end as "session?: Json<LiveSession>"
from hallpass.users u
left join lateral (
    select * from hallpass.sessions s
    where s.user_id = u.id and u.is_active and s.revoked_at is null and hallpass.session_is_live(s)
    order by s.created_at desc
    limit $3
) s on true
where u.id = $1 or u.email_normalized = $2
order by s.created_at desc

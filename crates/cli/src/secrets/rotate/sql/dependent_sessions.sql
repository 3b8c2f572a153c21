-- Active sessions that were not refreshed since $1. Their refresh tokens were issued with the previous secret.
select count(*) as "sessions!", max(least(s.idle_expires_at, s.expires_at)) as "until?"
from hallpass.sessions s
where s.rotated_at < $1 and s.revoked_at is null and hallpass.session_is_live(s)

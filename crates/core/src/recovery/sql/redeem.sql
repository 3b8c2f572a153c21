-- $1 user, $2 credential version for which the link is valid, $3 new hash, $4 session, $5 idle and $6 maximum lifetime
-- in seconds, $7 client, $8 time at which the link was made, $9 user and $10 session that this browser had, or null.
with account as (
    update hallpass.users u
    set password_hash = $3, password_set_by = null, link_made_by = null, credential_version = u.credential_version + 1
    where u.id = $1 and hallpass.is_good_link(u, $2, $8)
    returning u.id, u.credential_version
),
ended as materialized (
    select hallpass.end_sessions(a.id, null, null, 'password_set'), a.id, a.credential_version from account a
)
select o.session_id as "session_id!", o.generation as "generation!", o.expires_at as "expires_at!",
    o.opened_at as "now!", o.credential_version as "credential_version!", o.shown as "user!: Json<User>"
from ended e,
    lateral hallpass.open_session('setup_link', e.id, e.credential_version, null, $4, $9, $10, $5, $6, $7) o

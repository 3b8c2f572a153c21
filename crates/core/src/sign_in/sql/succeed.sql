-- The password is right: opens the session, unless the account has changed since the attempt began.
-- $1 user, $2 credential version, $3 new hash or null, $4 session, $5 idle and $6 maximum lifetime in seconds,
-- $7 client, $8 counters, $9 user and $10 session that this browser had, or null.
with opened as materialized (
    select * from hallpass.open_session('password', $1, $2, $3, $4, $9, $10, $5, $6, $7)
),
-- Always one row. The counters are locked last, and only if a session was opened.
settled as materialized (
    select count(*) filter (where hallpass.settle_attempt($8, true) is not null) as n from opened
)
select o.session_id as "session_id!", o.generation as "generation!", o.expires_at as "expires_at!",
    o.opened_at as "now!", o.credential_version as "credential_version!", o.shown as "user!: Json<User>"
from opened o, settled

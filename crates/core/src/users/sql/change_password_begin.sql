-- $1 caller, $2 counters.
select hallpass.begin_attempt($2) as "wait!", u.password_hash, u.credential_version, u.email, u.name
from hallpass.authorize_access($1, null) v
join hallpass.users u on u.id = v.user_id

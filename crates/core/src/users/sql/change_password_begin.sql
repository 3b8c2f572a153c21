-- $1 session, $2 user, $3 generation, $4 the counters, $5 time of issue.
select hallpass.begin_attempt($4) as "wait!", u.password_hash, u.credential_version, u.email, u.name
from hallpass.authorize_access($1, $2, $3, $5, null) v
join hallpass.users u on u.id = v.user_id

-- $1 session, $2 user, $3 generation, $4 the counter's key, $5 its limit, $6 its longest delay, $7 when it forgets, $8 time of issue.
select hallpass.count_attempt($4, $5, $6, $7) as "wait!", u.password_hash, u.credential_version, u.email, u.name
from hallpass.authorize_access($1, $2, $3, $8, null) v
join hallpass.users u on u.id = v.user_id

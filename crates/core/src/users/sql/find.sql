-- $1 session, $2 user, $3 generation, $4 which user, $5 time of issue.
select case when u.id is not null then hallpass.user_json(u) end as "user?: Json<User>"
from hallpass.authorize_access($1, $2, $3, $5, 'users:read')
left join hallpass.users u on u.id = $4

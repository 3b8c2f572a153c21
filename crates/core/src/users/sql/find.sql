-- $1 caller, $2 user.
select case when u.id is not null then hallpass.user_json(u) end as "user?: Json<User>"
from hallpass.authorize_access($1, 'users:read')
left join hallpass.users u on u.id = $2

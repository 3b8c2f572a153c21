-- $1 session, $2 user, $3 generation, $4 which user.
select case when u.id is not null then user_json(u) end as "user?: Json<User>"
from authorize_session($1, $2, $3, 'users:read')
left join users u on u.id = $4

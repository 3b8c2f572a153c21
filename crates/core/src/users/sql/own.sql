-- $1 session, $2 user, $3 generation.
select user_json(u) as "user!: Json<User>", v.permissions as "permissions!"
from authorize_session($1, $2, $3, null) v
join users u on u.id = v.user_id

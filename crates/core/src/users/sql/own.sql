-- $1 session, $2 user, $3 generation, $4 time of issue.
select hallpass.user_json(u) as "user!: Json<User>", v.permissions as "permissions!"
from hallpass.authorize_access($1, $2, $3, $4, null) v
join hallpass.users u on u.id = v.user_id

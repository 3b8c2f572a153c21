-- $1 caller.
select hallpass.user_json(u) as "user!: Json<User>", v.permissions as "permissions!"
from hallpass.authorize_access($1, null) v
join hallpass.users u on u.id = v.user_id

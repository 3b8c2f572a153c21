-- $1 id or null, $2 normalised e-mail or null.
select hallpass.user_json(u) as "user!: Json<User>"
from hallpass.users u
where u.id = $1 or u.email_normalized = $2

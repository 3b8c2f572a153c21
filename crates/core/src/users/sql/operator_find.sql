-- $1 id or null, $2 normalised e-mail or null.
select user_json(u) as "user!: Json<User>"
from users u
where u.id = $1 or u.email_normalized = $2

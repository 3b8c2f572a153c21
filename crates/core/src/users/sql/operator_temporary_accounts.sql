-- $1 time before which the accounts were created, $2 whether they are active, $3 maximum number.
select u.email
from hallpass.users u
where u.is_temporary and u.created_at < $1 and u.is_active = $2
order by u.created_at
limit $3

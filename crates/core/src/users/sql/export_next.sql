-- $1 caller, $2 filter, $3 whether the newest users come first, $4 users wanted, $5 and $6 the place beyond which to read.
with viewer as materialized (select * from hallpass.authorize_access($1, 'users:read')),
page as materialized (
    select p.* from viewer v, hallpass.find_users($2, 'createdAt', $3, $5, $6, null, 0, $4, 0) as p
)
select case when u.id is not null then hallpass.user_json(u) end as "user?: Json<User>", u.id as "id?",
    u.created_at as "created_at?", p.stop_time, p.stop_id
from page p
left join lateral unnest(p.ids) with ordinality as place (id, n) on true
left join hallpass.users u on u.id = place.id
order by place.n

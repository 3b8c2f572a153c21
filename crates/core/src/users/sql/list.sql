-- $1 caller, $2 filter, $3 order, $4 whether the order is reversed, $5 whether to read backwards, $6 and $7, or $8: the
-- place beyond which to read, $9 users to skip, $10 users wanted, $11 matches to count (null: no total), $12 whether the
-- filter is empty.
with viewer as materialized (
    -- The statistics of the table say how many users there are. Small tables, and those without statistics, are counted.
    select nullif(greatest(c.reltuples, 0), 0)::bigint as estimated
    from hallpass.authorize_access($1, 'users:read'), pg_class c
    where c.oid = 'hallpass.users'::regclass
),
counting as materialized (
    select v.estimated,
        case when $11::integer is null or ($12 and v.estimated > 10000) then 0 else $11 end as most,
        $6::timestamptz is not null or $8::text is not null as is_elsewhere
    from viewer v
),
page as materialized (
    select p.*
    from counting c,
        hallpass.find_users($2, $3, $4::boolean <> $5::boolean, $6, $7, $8, $9, $10, case when c.is_elsewhere then 0 else c.most end) as p
),
-- The total counts from the beginning of the list, wherever the page is.
total as materialized (
    select p.counted, p.is_complete from counting c, page p where not c.is_elsewhere
    union all
    select t.counted, t.is_complete
    from counting c, hallpass.find_users($2, $3, $4::boolean, null, null, null, 0, 0, c.most) as t
    where c.is_elsewhere and c.most > 0
)
select case when u.id is not null then hallpass.user_json(u) end as "user?: Json<User>", u.id as "id?",
    u.created_at as "created_at?", u.email_normalized as "email?", p.stop_time, p.stop_id, p.stop_email,
    case when c.most > 0 then t.counted end as counted, case when c.most > 0 then t.is_complete end as is_complete,
    case when $12 and $11::integer is not null then c.estimated end as estimated
from counting c
join page p on true
left join total t on true
left join lateral unnest(p.ids) with ordinality as place (id, n) on true
left join hallpass.users u on u.id = place.id
order by place.n

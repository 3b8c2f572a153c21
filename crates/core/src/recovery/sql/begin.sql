-- Whether a link is good. A dead one counts as a failure, and is recorded as often as the throttle lets it through.
-- $1 user, $2 credential version, $3 when it was made, $4 the link's counter, $5 client.
with found as materialized (
    select u.id, u.email, u.name, hallpass.is_good_link(u, $2, $3) as is_good
    from hallpass.users u
    where u.id = $1
),
attempt as materialized (
    select case when exists (select from found where is_good) then 0 else hallpass.begin_attempt($4) end as wait
),
recorded as materialized (
    select hallpass.record_failure('link_refused', 'warning', 'dead_link', (select id from found), null, $5)
    from attempt
    where wait = 0 and not exists (select from found where is_good)
)
select a.wait as "wait!", f.email as "email?", f.name as "name?", (select count(*) from recorded) as "recorded!"
from attempt a
left join found f on f.is_good

-- Whether a link is valid, which account it opens, and for what purpose. An invalid link counts as a failure, and is
-- recorded as often as the throttle accepts attempts. $1 user, $2 credential version, $3 time at which the link was
-- made, $4 the link's counter, $5 client.
with found as materialized (
    select u.id, u.email, u.name, hallpass.is_good_link(u, $2, $3) as is_good,
        case
            when u.password_hash is not null then 'reset'
            -- The operator's link for an administrator before anybody has signed in: the first step of an installation.
            when u.link_made_by is null and u.roles @> '{admin}'
                and (select s.entered_at is null from hallpass.settings s) then 'setup'
            else 'invitation'
        end as purpose
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
select a.wait as "wait!", (select count(*) from recorded) as "recorded!",
    case when f.is_good then jsonb_build_object('email', f.email, 'name', f.name, 'purpose', f.purpose) end as "account?: Json<Account>"
from attempt a
left join found f on f.is_good

-- $1 id after which to start, $2 time before which the sessions ended, $3 number of rows to check, $4 whether to count
-- only.
with page as materialized (
    select s.id, hallpass.session_ended_at(s) < $2 as is_over
    from hallpass.sessions s
    where s.id > $1
    order by s.id
    limit $3::integer
),
gone as (
    delete from hallpass.sessions s using page p where s.id = p.id and p.is_over and not $4
)
select count(*) as "scanned!", count(*) filter (where is_over) as "purged!",
    (select id from page order by id desc limit 1) as last_id
from page

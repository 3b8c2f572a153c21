-- Counts what purge_audit_events would delete. $1 id after which to start, $2 id before which to stop, $3 time before
-- which events are deleted, $4 number of rows to check.
with page as materialized (
    select e.id, e.occurred_at < $3 as is_old
    from hallpass.audit_events e
    where e.id > $1 and e.id < $2
    order by e.id
    limit $4::integer
)
select count(*) as "scanned!", count(*) filter (where is_old) as "purged!",
    (select id from page order by id desc limit 1) as last_id
from page

-- What purge_audit_events would do. $1 the id after which to look, $2 up to which, $3 occurred before, $4 how many.
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

-- $1 the key after which to look, $2 counted since before, $3 now, $4 how many to look at, $5 whether only to count.
with page as materialized (
    select t.key, t.first_failure_at < $2 and coalesce(t.blocked_until < $3, true) as is_stale
    from hallpass.login_throttle t
    where t.key > $1
    order by t.key
    limit $4::integer
),
gone as (
    -- Looked at again: somebody may have failed in between, and the count begun anew.
    delete from hallpass.login_throttle t using page p
    where t.key = p.key and p.is_stale and t.first_failure_at < $2 and not $5
)
select count(*) as "scanned!", count(*) filter (where is_stale) as "purged!",
    (select key from page order by key desc limit 1) as last_key
from page

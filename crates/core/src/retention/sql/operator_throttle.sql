-- $1 key after which to start, $2 time before which the first failure was, $3 now, $4 number of rows to check,
-- $5 whether to count only.
with page as materialized (
    select t.key, t.first_failure_at < $2 and coalesce(t.blocked_until < $3, true) as is_stale
    from hallpass.login_throttle t
    where t.key > $1
    order by t.key
    limit $4::integer
),
gone as (
    -- Checked again: an attempt may have failed in the meantime and started the count again.
    delete from hallpass.login_throttle t using page p
    where t.key = p.key and p.is_stale and t.first_failure_at < $2 and not $5
)
select count(*) as "scanned!", count(*) filter (where is_stale) as "purged!",
    (select key from page order by key desc limit 1) as last_key
from page

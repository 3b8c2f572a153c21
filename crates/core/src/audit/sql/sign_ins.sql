-- $1 caller, $2 length of an interval in seconds, $3 number of intervals, $4 maximum number that is counted.
-- For each interval and kind, one scan of an index counts up to the maximum.
with viewer as materialized (
    select clock_timestamp() as now from hallpass.authorize_access($1, 'audit:read')
),
buckets as (
    select to_timestamp((floor(extract(epoch from v.now) / $2::integer) - i) * $2) as at
    from viewer v, generate_series($3::integer - 1, 0, -1) as i
)
select b.at as "at!", succeeded.n as "succeeded!", failed.n as "failed!"
from buckets b,
    lateral (
        select count(*) as n from (
            select from hallpass.audit_events e
            where e.event = 'login' and e.occurred_at >= b.at and e.occurred_at < b.at + make_interval(secs => $2)
            limit $4
        ) as counted
    ) as succeeded,
    lateral (
        select count(*) as n from (
            select from hallpass.audit_events e
            where e.event = 'login_failed' and e.occurred_at >= b.at
                and e.occurred_at < b.at + make_interval(secs => $2)
            limit $4
        ) as counted
    ) as failed
order by b.at

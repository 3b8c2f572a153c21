-- $1 session, $2 user, $3 generation, $4 seconds of a bucket, $5 how many buckets, $6 up to how many are counted,
-- $7 time of issue.
-- One walk over an index for each bucket and kind, that ends at the limit.
with viewer as materialized (
    select clock_timestamp() as now from hallpass.authorize_access($1, $2, $3, $7, 'audit:read')
),
buckets as (
    select to_timestamp((floor(extract(epoch from v.now) / $4::integer) - i) * $4) as at
    from viewer v, generate_series($5::integer - 1, 0, -1) as i
)
select b.at as "at!", succeeded.n as "succeeded!", failed.n as "failed!"
from buckets b,
    lateral (
        select count(*) as n from (
            select from hallpass.audit_events e
            where e.event = 'login' and e.occurred_at >= b.at and e.occurred_at < b.at + make_interval(secs => $4)
            limit $6
        ) as counted
    ) as succeeded,
    lateral (
        select count(*) as n from (
            select from hallpass.audit_events e
            where e.event = 'login_failed' and e.occurred_at >= b.at
                and e.occurred_at < b.at + make_interval(secs => $4)
            limit $6
        ) as counted
    ) as failed
order by b.at

-- Behind "with limits as (…),". $1 up to how many failures are read, the newest first: where there are more within a
-- day, any of their minutes is far above the threshold.
failed as (
    select e.occurred_at from (select clock_timestamp() - interval '1 day' as at) as since,
        lateral (
            select e.occurred_at from audit_events e
            where e.event = 'login_failed' and e.occurred_at >= since.at
            order by e.occurred_at desc limit $1
        ) as e
)
select (
        select coalesce(max(n), 0) from (
            select count(*) as n from failed f group by date_trunc('minute', f.occurred_at)
        ) as minutes
    ) as failed_sign_ins,
    (
        select coalesce(jsonb_agg(jsonb_build_object('scope', l.scope, 'used', l.used, 'at_most', l.at_most)), '[]')
        from limits l
    ) as limits

-- A part of other statements. $1 how many seconds are looked back, $2 up to how many are read, the newest first: where
-- there are more, the minutes tell enough.
select e.occurred_at as at, e.subject_id,
    count(*) over (order by e.occurred_at range between interval '1 minute' preceding and current row) as in_a_minute,
    -- Of nobody's addresses, which one was tried is not written down.
    case when e.subject_id is not null then
        count(*) over (
            partition by e.subject_id, e.network
            order by e.occurred_at range between interval '1 hour' preceding and current row
        )
    end as at_one_account
from (select clock_timestamp() - make_interval(secs => $1::double precision) as at) as since,
    lateral (
        select f.occurred_at, f.subject_id,
            case when family(f.ip) = 6 then network(set_masklen(f.ip, 64))::text else host(f.ip) end as network
        from hallpass.audit_events f
        where f.event = 'login_failed' and f.occurred_at >= since.at
        order by f.occurred_at desc
        limit $2
    ) as e

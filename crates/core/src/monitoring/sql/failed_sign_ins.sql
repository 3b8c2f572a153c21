-- Embedded in other statements. $1 number of seconds to look back, $2 maximum number of failures that are read, newest
-- first. If there are more, the counts per minute exceed their threshold anyway.
select e.occurred_at as at, e.subject_id,
    count(*) over (order by e.occurred_at range between interval '1 minute' preceding and current row) as in_a_minute,
    -- For an address without an account, the audit log does not say which address was tried.
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

-- $1 id at which to start, $2 earliest time, $3 failures in a minute, $4 accounts of a network, $5 networks of an
-- account, $6 failures before a sign-in, $7 id at which to start looking for known devices, $8 failures at one account
-- from one network in an hour.
with lately as materialized (
    select e.id, e.occurred_at as at, e.event, e.severity, e.actor_id, e.subject_id, e.user_agent, e.details,
        case when family(e.ip) = 6 then network(set_masklen(e.ip, 64))::text else host(e.ip) end as network
    from hallpass.audit_events e
    where e.id >= $1 and e.occurred_at >= $2
),
failed as materialized (
    select *, count(*) over (order by at range between interval '1 minute' preceding and current row) as in_a_minute,
        count(*) over (
            partition by subject_id, network order by at range between interval '1 hour' preceding and current row
        ) as in_an_hour
    from lately
    where event = 'login_failed'
),
-- The failures of all users together: the worst minute is reported.
bursts as (
    select 'failed_sign_ins' as kind, 'warning' as severity, min(at) as first_at, max(at) as last_at, count(*) as count,
        null::uuid as user_id, null::text as network,
        jsonb_build_object('mostInAMinute', max(in_a_minute), 'worstMinuteEndsAt', (array_agg(at order by in_a_minute desc, at))[1],
            'accounts', count(distinct subject_id), 'networks', count(distinct network)) as details
    from failed
    having max(in_a_minute) > $3::bigint
),
-- One account from one network. Attempts that the throttle refuses write no event, so no minute has more than ten.
guesses as (
    select 'one_account_one_network', 'warning', min(at), max(at), count(*), subject_id, network,
        jsonb_build_object('mostInAnHour', max(in_an_hour),
            'worstHourEndsAt', (array_agg(at order by in_an_hour desc, at))[1])
    from failed
    where subject_id is not null
    group by subject_id, network
    having max(in_an_hour) > $8::bigint
),
lists as (
    select 'one_network_many_accounts', 'warning', min(at), max(at), count(*), null::uuid, network,
        jsonb_build_object('accounts', count(distinct subject_id),
            'unknownAddresses', count(*) filter (where subject_id is null))
    from failed
    where network is not null
    group by network
    having count(distinct subject_id) >= $4::bigint or count(*) filter (where subject_id is null) >= $4::bigint
),
spread as (
    select 'one_account_many_networks', 'warning', min(at), max(at), count(*), subject_id, null::text,
        jsonb_build_object('networks', count(distinct network))
    from failed
    where subject_id is not null
    group by subject_id
    having count(distinct network) >= $5::bigint
),
guessed as (
    select 'sign_in_after_failures', 'critical', min(f.at), l.at, count(*), l.subject_id, l.network,
        jsonb_build_object('failures', count(*))
    from lately l
    join failed f on f.subject_id = l.subject_id and f.network is not distinct from l.network
        and f.at < l.at and f.at > l.at - interval '1 hour'
    where l.event = 'login'
    group by l.id, l.at, l.subject_id, l.network
    having count(*) >= $6::bigint
),
critical as (
    select event, 'critical', min(at), max(at), count(*), subject_id, null::text, '{}'::jsonb
    from lately
    where severity = 'critical'
    group by event, subject_id
),
granted as (
    select 'admin_granted', 'warning', l.at, l.at, 1::bigint, l.subject_id, l.network,
        jsonb_build_object('by', coalesce((select u.email from hallpass.users u where u.id = l.actor_id), 'the operator'),
            'event', l.event)
    from lately l
    where l.event in ('user_roles_changed', 'user_created')
        and l.details -> 'roles' ? 'admin'
        and not coalesce(l.details -> 'rolesBefore' ? 'admin', false)
),
-- Only users who have permissions and who have signed in before.
devices as (
    select 'new_device', 'info', min(l.at), max(l.at), count(*), l.subject_id, min(l.network),
        jsonb_build_object('userAgent', l.user_agent)
    from lately l
    join hallpass.users u on u.id = l.subject_id and cardinality(hallpass.permissions_of(u.roles)) > 0
    where l.event = 'login' and l.user_agent is not null
        and exists (
            select from hallpass.audit_events b
            where b.id >= $7 and b.id < l.id and b.event = 'login' and b.subject_id = l.subject_id
        )
        and not exists (
            select from hallpass.audit_events b
            where b.id >= $7 and b.occurred_at < $2 and b.event = 'login' and b.subject_id = l.subject_id
                and b.user_agent = l.user_agent
        )
    group by l.subject_id, l.user_agent
),
findings as (
    select * from bursts
    union all select * from guesses
    union all select * from lists
    union all select * from spread
    union all select * from guessed
    union all select * from critical
    union all select * from granted
    union all select * from devices
)
select jsonb_build_object(
        'kind', f.kind, 'severity', f.severity, 'firstAt', f.first_at, 'lastAt', f.last_at, 'count', f.count,
        'userId', f.user_id, 'userEmail', u.email, 'network', f.network, 'details', f.details
    ) as "finding!: Json<Finding>"
from findings f
left join hallpass.users u on u.id = f.user_id
order by array_position(array['critical', 'warning', 'info'], f.severity), f.last_at desc, f.kind

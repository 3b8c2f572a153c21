-- Appended to "with limits as (…), failures as (…),", which uses $1 and $2. $3 maximum number of rows of a kind that
-- are counted, $4 number of counters that are scanned, $5 threshold of failures at one account in an hour.
-- Nothing here reads a whole table: rows are counted with an index, up to the maximum. Without `order by`, the planner
-- would expect to reach the maximum soon and read the table from its old end.
spans (name, since) as (
    values ('minute', clock_timestamp() - interval '1 minute'), ('day', clock_timestamp() - interval '1 day')
)
select (select greatest(c.reltuples, 0)::bigint from pg_class c where c.oid = 'hallpass.users'::regclass) as users_estimated,
    (
        select count(*) from (select from hallpass.users u where u.is_active and u.roles @> '{admin}' limit $3) as counted
    ) as administrators,
    hallpass.estimated_live_sessions() as sessions_estimated,
    (
        select jsonb_object_agg(s.name, n) from spans s, lateral (
            select count(*) as n from (
                select from hallpass.audit_events e where e.event = 'login' and e.occurred_at >= s.since
                order by e.occurred_at desc limit $3
            ) as counted
        ) as counts
    ) as signed_in,
    (
        select jsonb_object_agg(s.name, n) from spans s, lateral (
            select count(*) as n from (
                select from hallpass.audit_events e where e.event = 'login_failed' and e.occurred_at >= s.since
                order by e.occurred_at desc limit $3
            ) as counted
        ) as counts
    ) as failed,
    (
        select count(distinct f.subject_id) from failures f where f.at_one_account > $5
    ) as guessed_accounts_day,
    (
        select n from spans s, lateral (
            select count(*) as n from (
                select from hallpass.audit_events e where e.severity = 'critical' and e.occurred_at >= s.since
                order by e.occurred_at desc limit $3
            ) as counted
        ) as counts
        where s.name = 'day'
    ) as critical_day,
    (
        select count(*) from (select t.blocked_until from hallpass.login_throttle t limit $4) as seen
        where seen.blocked_until > clock_timestamp()
    ) as blocked,
    (select count(*) from hallpass.alerts a where a.failed_at is not null) as failed_alerts,
    array(select m.version from hallpass._sqlx_migrations m where m.success) as applied,
    pg_database_size(current_database()) as database_bytes,
    (
        select coalesce(jsonb_agg(jsonb_build_object('name', c.relname, 'bytes', pg_total_relation_size(c.oid))
            order by c.relname), '[]')
        from pg_class c
        where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'm')
    ) as tables,
    (
        select coalesce(jsonb_agg(jsonb_build_object('scope', l.scope, 'used', l.used, 'at_most', l.at_most)), '[]')
        from limits l
    ) as limits

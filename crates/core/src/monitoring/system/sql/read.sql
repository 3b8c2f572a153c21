-- $1 caller, $2 maximum number of rows that are counted, $3 maximum number of sessions that are scanned.
with viewer as materialized (
    select * from hallpass.authorize_access($1, 'system:operate')
),
seen as materialized (
    -- In the order of an index: otherwise, the search for active sessions might read all sessions that ever existed.
    select hallpass.session_is_live(s) as live
    from hallpass.sessions s
    where s.revoked_at is null
    order by s.user_id, s.created_at desc
    limit $3
)
select array(select m.version from hallpass._sqlx_migrations m where m.success) as "applied!",
    current_setting('server_version') as "version!",
    current_user::text as "role!",
    hallpass.excess_privileges() as "excess!",
    pg_database_size(current_database()) as "size!",
    -- Only client processes have both a database and a role. The kind of a process is hidden from a role without
    -- pg_read_all_stats, which would count its own connections only.
    (select count(*) from pg_stat_activity a
        where a.datid is not null and a.usesysid is not null
            and coalesce(a.backend_type, 'client backend') = 'client backend') as "connections!",
    current_setting('max_connections')::bigint as "connections_max!",
    (select count(*) from (select from hallpass.users limit $2) as counted) as "users!",
    (select c.reltuples::bigint from pg_class c where c.oid = 'hallpass.users'::regclass) as "users_estimated!",
    (select count(*) from (select from seen where live limit $2) as counted) as "sessions!",
    (select count(*) from seen) as "sessions_seen!",
    hallpass.estimated_live_sessions() as "sessions_estimated!",
    failed.failed_at as "alert_failed_at?",
    failed.failure as "alert_failure?",
    failed.kinds as "alert_kinds?"
from viewer
left join (
    select max(a.failed_at) as failed_at,
        (array_agg(a.failure order by a.failed_at desc))[1] as failure,
        array_agg(a.kind order by a.kind) as kinds
    from hallpass.alerts a
    where a.failed_at is not null
) failed on true

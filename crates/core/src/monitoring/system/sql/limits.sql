-- Connections in use and their limits. The connection of this statement counts as well. A database or a role without a
-- limit of its own (-1) is left out. Only client processes have both a database and a role; the kind of a process is
-- hidden from a role without pg_read_all_stats.
select l.scope, l.used, l.at_most
from (
    select count(*) as server_used,
        count(*) filter (where a.datname = current_database()) as database_used,
        count(*) filter (where a.usename = current_user) as role_used
    from pg_stat_activity a
    where a.datid is not null and a.usesysid is not null
        and coalesce(a.backend_type, 'client backend') = 'client backend'
) as c,
lateral (values
    ('server', c.server_used,
        current_setting('max_connections')::bigint
            - current_setting('superuser_reserved_connections')::bigint
            - coalesce(current_setting('reserved_connections', true)::bigint, 0)),
    ('database', c.database_used,
        (select d.datconnlimit::bigint from pg_database d where d.datname = current_database())),
    ('role ' || current_user, c.role_used,
        (select r.rolconnlimit::bigint from pg_roles r where r.rolname = current_user))
) as l (scope, used, at_most)
where l.at_most > 0

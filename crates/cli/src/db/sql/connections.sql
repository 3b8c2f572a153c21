-- Connections by role, application and state. Without `pg_read_all_stats`, the state and the backend type of other
-- roles' connections are hidden. Only client backends have both a database and a role.
select coalesce(usename::text, '') as "role!",
    coalesce(application_name, '') as "application!",
    coalesce(state, 'hidden') as "state!",
    count(*) as "connections!",
    extract(epoch from clock_timestamp() - min(xact_start))::float8 as "longest_transaction_seconds?"
from pg_stat_activity
where datid is not null and usesysid is not null
    and coalesce(backend_type, 'client backend') = 'client backend' and pid <> pg_backend_pid()
group by 1, 2, 3
order by 4 desc, 1, 2, 3

-- How the server replicates. A role without pg_read_all_stats sees that a WAL sender exists, but not its state: these
-- columns are null. A base backup and a logical subscriber are not standbys.
select count(*) as "standbys!",
    current_setting('synchronous_standby_names') <> '' as "is_awaited!",
    current_setting('synchronous_commit') as "synchronous_commit!"
from pg_stat_get_wal_senders() s
where s.state is distinct from 'backup'
    and not exists (
        select from pg_replication_slots where slot_type = 'logical' and active_pid = s.pid
    )

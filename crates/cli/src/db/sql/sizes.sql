-- Sizes of the tables of the schema hallpass. Row counts are the planner's estimates, because an exact count scans the
-- whole table.
select c.relname::text as "name!",
    nullif(c.reltuples, -1)::bigint as "rows_estimated?",
    coalesce(s.n_dead_tup, 0) as "dead_rows!",
    pg_table_size(c.oid) - coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) as "table_bytes!",
    pg_indexes_size(c.oid) as "index_bytes!",
    coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0) as "toast_bytes!",
    pg_total_relation_size(c.oid) as "total_bytes!",
    greatest(s.last_analyze, s.last_autoanalyze) as "analyzed_at?"
from pg_class c
left join pg_stat_user_tables s on s.relid = c.oid
where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'm')
order by pg_total_relation_size(c.oid) desc, c.relname::text

-- Tables that the role may analyze. Tables of extensions in the same schema have another owner and are skipped.
select c.relname::text as "name!", c.oid::regclass::text as "identifier!",
    coalesce(s.n_mod_since_analyze, 0) as "changed_rows!",
    greatest(s.last_analyze, s.last_autoanalyze) as "analyzed_at?"
from pg_class c
left join pg_stat_user_tables s on s.relid = c.oid
where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'm')
    and pg_has_role(c.relowner, 'usage')
order by c.relname

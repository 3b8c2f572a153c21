-- Objects in the schema hallpass, which prevent a restore. Other schemas belong to other applications.
select kind || ' ' || name as "object!"
from (
    select case c.relkind when 'v' then 'view' when 'S' then 'sequence' else 'table' end as kind,
        c.relname::text as name, c.oid
    from pg_class c
    where c.relnamespace = to_regnamespace('hallpass') and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'function', p.proname::text, p.oid
    from pg_proc p where p.pronamespace = to_regnamespace('hallpass')
) as found
where not exists (select from pg_depend d where d.objid = found.oid and d.deptype = 'e')
order by kind desc, name

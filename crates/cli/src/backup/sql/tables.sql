-- Tables of Hallpass, without those of extensions.
select c.relname::text as "name!"
from pg_class c
where c.relnamespace = 'hallpass'::regnamespace and c.relkind = 'r'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
order by 1

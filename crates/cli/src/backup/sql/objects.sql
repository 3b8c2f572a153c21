-- Names of the objects and, if they are the same on every server, their definitions.
select 'constraint ' || t.relname || '.' || c.conname
    || case when c.convalidated then '' else ' (not validated)' end as "object!"
from pg_constraint c join pg_class t on t.oid = c.conrelid
where c.connamespace = 'hallpass'::regnamespace and c.contype in ('c', 'f', 'p', 'u', 'x')
union all
select 'trigger ' || t.relname || '.' || g.tgname || case g.tgenabled when 'O' then '' else ' (' || g.tgenabled::text || ')' end
from pg_trigger g join pg_class t on t.oid = g.tgrelid
where t.relnamespace = 'hallpass'::regnamespace and not g.tgisinternal
union all
select 'index ' || t.relname || '.' || i.relname
from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
where t.relnamespace = 'hallpass'::regnamespace and x.indisvalid
union all
select 'function ' || p.oid::regprocedure || ' ' || md5(p.prosrc)
from pg_proc p
where p.pronamespace = 'hallpass'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
order by 1

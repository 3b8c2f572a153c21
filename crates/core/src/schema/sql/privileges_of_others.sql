-- Privileges on objects of the schema hallpass that only their owner, hallpass_app and hallpass_reader should hold.
-- Hosts grant privileges through default privileges, also for all schemas (Supabase: anon, authenticated,
-- service_role), and PostgreSQL itself lets everybody execute functions. Members of an extension are left out.
-- Everybody may have references (id) on hallpass.users, for foreign keys of an application.
with objects as (
    select 'schema' as kind, quote_ident(n.nspname) as name, null::text as col, n.nspowner as owner,
        coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
    from pg_catalog.pg_namespace n
    where n.nspname = 'hallpass'
    union all
    select case c.relkind when 'S' then 'sequence' else 'table' end, format('%I.%I', n.nspname, c.relname), null,
        c.relowner, coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r'::"char" end, c.relowner))
    from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'hallpass' and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
        and not exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        )
    union all
    select 'table', format('%I.%I', n.nspname, c.relname), quote_ident(a.attname), c.relowner, a.attacl
    from pg_catalog.pg_attribute a
    join pg_catalog.pg_class c on c.oid = a.attrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'hallpass' and a.attacl is not null
        and not exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
        )
    union all
    select 'routine', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), null,
        p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
    from pg_catalog.pg_proc p join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname = 'hallpass'
        and not exists (
            select from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
        )
),
held as (
    select o.kind, o.name, o.col, lower(acl.privilege_type) as privilege, coalesce(r.rolname, 'public') as grantee,
        case when acl.grantee = 0 then 'public' else quote_ident(r.rolname) end as quoted
    from objects o
    cross join lateral aclexplode(o.acl) as acl
    left join pg_catalog.pg_roles r on r.oid = acl.grantee
    where acl.grantee <> o.owner
)
select h.grantee || ' may ' || h.privilege || coalesce(' (' || h.col || ')', '') || ' on ' || h.name as "description!",
    format('revoke %s%s on %s %s from %s cascade', h.privilege, ' (' || h.col || ')', h.kind, h.name, h.quoted) as "revoke!"
from held h
where h.grantee <> 'hallpass_app'
    and not (h.grantee = 'hallpass_reader' and h.col is null
        and (h.kind, h.name, h.privilege) in (
            ('schema', 'hallpass', 'usage'), ('table', 'hallpass.public_users', 'select')))
    and not (h.name = 'hallpass.users' and h.col is not distinct from 'id' and h.privilege = 'references')
order by h.kind, h.name, h.grantee, h.privilege

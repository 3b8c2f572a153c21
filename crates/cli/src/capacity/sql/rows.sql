-- Exact row counts of tables up to $1 bytes, and the planner's estimates for larger tables.
select case when pg_relation_size('hallpass.users') <= $1 then (select count(*) from hallpass.users)
        else (select reltuples::bigint from pg_class where oid = 'hallpass.users'::regclass) end as "users!",
    case when pg_relation_size('hallpass.sessions') <= $1 then (select count(*) from hallpass.sessions)
        else (select reltuples::bigint from pg_class where oid = 'hallpass.sessions'::regclass) end as "sessions!",
    case when pg_relation_size('hallpass.audit_events') <= $1 then (select count(*) from hallpass.audit_events)
        else (select reltuples::bigint from pg_class where oid = 'hallpass.audit_events'::regclass) end as "audit_events!"

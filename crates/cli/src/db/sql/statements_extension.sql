-- Schema of the extension pg_stat_statements, as a quoted identifier, and whether the library of the extension is loaded.
select (
        select quote_ident(n.nspname) from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        where e.extname = 'pg_stat_statements'
    ) as "schema?",
    current_setting('pg_stat_statements.max', true) is not null as "is_loaded!"

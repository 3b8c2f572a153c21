-- Properties of the server and of the database, which need no schema. `reserved_connections` exists since PostgreSQL 16.
select current_setting('server_version_num')::integer as "version_number!",
    current_setting('server_version') as "version!",
    clock_timestamp() as "clock!",
    current_user::text as "role!",
    current_setting('statement_timeout') as "statement_timeout!",
    current_setting('lock_timeout') as "lock_timeout!",
    current_setting('idle_in_transaction_session_timeout') as "idle_timeout!",
    current_setting('max_connections')::integer
        - current_setting('superuser_reserved_connections')::integer
        - coalesce(current_setting('reserved_connections', true)::integer, 0) as "connections!",
    (select sum(numbackends)::integer from pg_stat_database) as "in_use!",
    to_regclass('hallpass._sqlx_migrations') is not null and to_regclass('hallpass.users') is not null as "has_schema!",
    exists (select from pg_extension where extname = 'pg_trgm') as "has_trigrams!",
    (select indisvalid from pg_index where indexrelid = to_regclass('hallpass.users_search_idx')) as "search_index?",
    pg_is_in_recovery() as "is_standby!",
    current_setting('server_encoding') as "encoding!",
    (select datctype::text from pg_database where datname = current_database()) as "character_type!",
    current_database() || ' ' || pg_postmaster_start_time() as "identity!"

-- Whether requests can be served. It reads only, because it is called often and by anybody. The privileges that a
-- sign-in needs stand for all others.
select array(select m.version from hallpass._sqlx_migrations m where m.success) as "applied!",
    pg_is_in_recovery() as "is_standby!",
    current_setting('transaction_read_only')::boolean as "is_read_only!",
    (
        select bool_and(has_table_privilege(needed.name, needed.privilege))
        from (values
            ('hallpass.users', 'select'), ('hallpass.users', 'insert'), ('hallpass.users', 'update'),
            ('hallpass.sessions', 'select'),
            ('hallpass.audit_events', 'select'), ('hallpass.audit_events', 'insert'),
            ('hallpass.login_throttle', 'select'), ('hallpass.login_throttle', 'insert'),
            ('hallpass.login_throttle', 'update')
        ) as needed (name, privilege)
    ) and has_column_privilege('hallpass.sessions', 'generation', 'update') as "has_privileges!"

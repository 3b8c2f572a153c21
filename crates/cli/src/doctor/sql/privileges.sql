-- Privileges of the functions' role: those that it has in excess, those that it lacks, and whether the triggers of the
-- audit log are enabled.
select current_user::text as "role!",
    hallpass.excess_privileges() as "excess!",
    array(
        select needed.privilege || ' on ' || needed.name
        from (values ('users', 'select'), ('users', 'insert'), ('users', 'update'),
            ('sessions', 'select'),
            ('audit_events', 'select'), ('audit_events', 'insert'),
            ('login_throttle', 'select'), ('login_throttle', 'insert'),
            ('login_throttle', 'update'), ('login_throttle', 'delete'),
            ('alerts', 'select'), ('alerts', 'insert'), ('alerts', 'update'), ('alerts', 'delete'),
            ('settings', 'select'), ('roles', 'select'), ('_sqlx_migrations', 'select')
        ) as needed (name, privilege)
        where not has_table_privilege('hallpass.' || needed.name, needed.privilege)
        union all
        select 'update (' || needed.name || ') on sessions'
        from unnest(array['generation', 'rotated_at', 'confirmed_at', 'reissued_at', 'last_used_at',
            'idle_expires_at', 'ip', 'user_agent', 'revoked_at', 'revoked_reason']) as needed (name)
        where not has_column_privilege('hallpass.sessions', needed.name, 'update')
        union all
        select 'execute on ' || needed.name
        from (values ('purge_sessions(interval, integer)'), ('purge_throttle(interval, integer)'),
            ('purge_audit(interval, integer, jsonb)')
        ) as needed (name)
        where not has_function_privilege('hallpass.' || needed.name, 'execute')
    ) as "missing!",
    (
        select count(*) = 3 from pg_trigger
        where tgrelid = 'hallpass.audit_events'::regclass and tgenabled in ('O', 'A')
            and tgname in ('audit_events_append_only', 'audit_events_no_truncate', 'audit_events_date')
    ) as "has_triggers!"

-- The privileges of the functions and nothing more: no DDL, no TRUNCATE, no deletion of users or sessions, no change of
-- past audit events except by functions that enforce a minimum age. One transaction, so that no privilege is missing in
-- between.
revoke all on schema hallpass from hallpass_app;
revoke all on all tables in schema hallpass from hallpass_app;
revoke all on all sequences in schema hallpass from hallpass_app;
revoke all on all routines in schema hallpass from hallpass_app;

grant usage on schema hallpass to hallpass_app;
grant select on hallpass.roles, hallpass.user_words, hallpass._sqlx_migrations to hallpass_app;
grant select, insert, update on hallpass.users to hallpass_app;
-- Only open_session opens sessions. Nobody can change the user of a session and its latest end afterwards.
grant select, update (
    generation, rotated_at, confirmed_at, reissued_at, last_used_at, idle_expires_at, ip, user_agent,
    revoked_at, revoked_reason
) on hallpass.sessions to hallpass_app;
grant select, update (sessions_valid_from, links_valid_from) on hallpass.settings to hallpass_app;
grant select, insert on hallpass.audit_events to hallpass_app;
grant select, insert, update, delete on hallpass.login_throttle, hallpass.alerts to hallpass_app;

-- A function that runs with its caller's privileges allows nothing that the caller may not do anyway.
do $$
declare
    routine text;
begin
    for routine in
        select format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where n.nspname = 'hallpass' and not p.prosecdef and p.prorettype <> 'trigger'::regtype
            and not exists (
                select from pg_depend d
                where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
            )
    loop
        execute format('grant execute on routine %s to hallpass_app', routine);
    end loop;
end
$$;
-- Functions that run with the owner's privileges are named one by one.
grant execute on function hallpass.open_session, hallpass.purge_sessions, hallpass.purge_throttle,
    hallpass.purge_audit to hallpass_app;

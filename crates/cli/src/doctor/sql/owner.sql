-- The role of the direct connection, whether it can run migrations, and the server and database that it is connected to.
select current_user::text as "role!",
    coalesce(
        has_schema_privilege(to_regnamespace('hallpass')::oid, 'create'),
        has_database_privilege(current_database(), 'create')
    ) and coalesce((
        select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('hallpass.users')
    ), true) as "can_migrate!",
    current_database() || ' ' || pg_postmaster_start_time() as "identity!"

//! Privileges on the objects of Hallpass, independent of the default privileges of a hosting provider.

use hallpass_test_support::server::create_role;
use sqlx::{Connection as _, Executor as _};

use crate::test_db::TestDb;

/// A database like one of Supabase: the roles of its REST API get all privileges by default, in `public` and in all
/// schemas; extensions are in a separate schema; the owner is no superuser.
async fn like_supabase(owner: &str) -> (TestDb, String) {
    let db = TestDb::empty().await;
    let url = db.url_of_owner(owner).await;
    let mut defaults = Vec::new();
    for role in ["anon", "authenticated", "service_role"] {
        defaults.push(create_role(role));
        for place in ["", "in schema public "] {
            for objects in ["tables", "sequences", "functions"] {
                defaults.push(format!(
                    "alter default privileges for role {owner} {place}grant all on {objects} to {role}"
                ));
            }
        }
        defaults.push(format!(
            "alter default privileges for role {owner} grant usage on schemas to {role}"
        ));
    }
    let defaults = defaults.join(";");
    db.execute(&format!(
        "{defaults};
            create schema extensions;
            grant usage on schema extensions to public;
            create extension pg_trgm schema extensions;
            alter role {owner} set search_path = \"$user\", public, extensions;"
    ))
    .await;
    (db, url)
}

/// All privileges that the roles of the REST API have on objects of Hallpass, according to the server.
const HELD: &str = "
    with roles as (select unnest(array['anon', 'authenticated', 'service_role']) as name)
    select coalesce(string_agg(r.name || ' ' || o.name, ', '), 'nothing')
    from roles r cross join lateral (
        select 'schema' where has_schema_privilege(r.name, 'hallpass', 'usage, create')
        union all
        select c.relname from pg_class c
        where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'v')
            and (has_table_privilege(r.name, c.oid,
                    'select, insert, update, delete, truncate, references, trigger')
                or has_any_column_privilege(r.name, c.oid, 'select, insert, update, references'))
        union all
        select p.proname from pg_proc p
        where p.pronamespace = 'hallpass'::regnamespace and has_function_privilege(r.name, p.oid, 'execute')
    ) as o (name)";

#[tokio::test]
async fn default_grants_of_a_provider_are_revoked() {
    let (db, owner) = like_supabase("ops_supabase_owner").await;
    let migrate = || db.call(&["migrate"]).env("DATABASE_URL", &owner);
    migrate().run().await.succeeded();
    assert_eq!(db.value::<String>(HELD).await, "nothing");
    let mut anon = db.connect().await;
    anon.execute("set role anon").await.unwrap();
    for sql in [
        "select from hallpass.users",
        "select from hallpass.public_users",
        "update hallpass.users set roles = '{admin}'",
        "truncate hallpass.users cascade",
        "select hallpass.purge_audit(interval '1 day', 1, '{}')",
    ] {
        let error = anon.execute(sql).await.expect_err(sql);
        let code = error.as_database_error().unwrap().code().unwrap();
        assert_eq!(code, "42501", "{sql}");
    }
    anon.close().await.unwrap();
    // A privilege that was granted later is reported, and revoked by the next run. A foreign key of an application may
    // stay.
    db.execute(
        "grant usage on schema hallpass to anon;
            grant select (email), references (id), references (email) on hallpass.users to anon;
            grant execute on function hallpass.purge_audit to public",
    )
    .await;
    let doctor = db.call(&["doctor", "--json"]).env("DATABASE_URL", &owner);
    let report = doctor.run().await;
    assert_eq!(report.code, 1, "{report:?}");
    for said in [
        "anon may usage on hallpass",
        "anon may select (email) on hallpass.users",
        "anon may references (email) on hallpass.users",
        "public may execute on hallpass.purge_audit",
    ] {
        assert!(report.stdout.contains(said), "{said}: {}", report.stdout);
    }
    assert!(!report.stdout.contains("references (id)"), "{report:?}");
    migrate().run().await.succeeded();
    assert_eq!(
        db.value::<String>(HELD).await,
        "anon users",
        "references (id) alone"
    );
}

/// Each migration creates its tables with the default privileges of the host, and the last migration may end minutes
/// later, or fail.
#[tokio::test]
async fn no_other_role_has_access_during_migrations() {
    let owner_name = "ops_halfway_owner";
    let (db, owner) = like_supabase(owner_name).await;
    // This table makes a migration fail that is later than the one of the users.
    db
        .execute(&format!(
            "set role {owner_name}; create schema hallpass; create table hallpass.audit_events (id integer)"
        ))
        .await;
    let migrate = db.call(&["migrate"]).env("DATABASE_URL", &owner);
    assert_eq!(migrate.run().await.code, 1);
    let mut anon = db.connect().await;
    anon.execute("set role anon").await.unwrap();
    let error = anon
        .execute("select from hallpass.users")
        .await
        .unwrap_err();
    let error = error.as_database_error().unwrap();
    assert_eq!(error.code().unwrap(), "42501", "{error}");
}

/// All privileges of roles other than the owner. Each row contains object, role and privileges.
const GRANTS: &str = "
    with held as (
        select 'schema' as object, nspowner as owner,
            coalesce(nspacl, acldefault('n', nspowner)) as acl
        from pg_namespace where nspname = 'hallpass'
        union all
        select c.relname, c.relowner, coalesce(c.relacl,
            acldefault(case c.relkind when 'S' then 's'::\"char\" else 'r'::\"char\" end, c.relowner))
        from pg_class c
        where c.relnamespace = 'hallpass'::regnamespace and c.relkind in ('r', 'v', 'S', 'm', 'p', 'f')
        union all
        select c.relname || '.' || a.attname, c.relowner, a.attacl
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        where c.relnamespace = 'hallpass'::regnamespace and a.attacl is not null
        union all
        select p.proname || '()', p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_proc p where p.pronamespace = 'hallpass'::regnamespace and p.prosecdef
    )
    select string_agg(line, E'\\n' order by line collate \"C\")
    from (
        select object || ' ' || coalesce(r.rolname, 'public') || ' '
            || string_agg(lower(a.privilege_type), ' ' order by a.privilege_type) as line
        from held cross join lateral aclexplode(held.acl) as a left join pg_roles r on r.oid = a.grantee
        where a.grantee <> held.owner
        group by object, r.rolname
    ) as lines";

#[tokio::test]
async fn the_grants_are_exactly_these() {
    let (db, owner) = like_supabase("ops_grants_owner").await;
    let migrate = || db.call(&["migrate"]).env("DATABASE_URL", &owner);
    migrate().run().await.succeeded();
    let expected = "\
_sqlx_migrations hallpass_app select
alerts hallpass_app delete insert select update
audit_events hallpass_app insert select
login_throttle hallpass_app delete insert select update
open_session() hallpass_app execute
public_users hallpass_reader select
purge_audit() hallpass_app execute
purge_sessions() hallpass_app execute
purge_throttle() hallpass_app execute
roles hallpass_app select
schema hallpass_app usage
schema hallpass_reader usage
sessions hallpass_app select
sessions.confirmed_at hallpass_app update
sessions.generation hallpass_app update
sessions.idle_expires_at hallpass_app update
sessions.ip hallpass_app update
sessions.last_used_at hallpass_app update
sessions.reissued_at hallpass_app update
sessions.revoked_at hallpass_app update
sessions.revoked_reason hallpass_app update
sessions.rotated_at hallpass_app update
sessions.user_agent hallpass_app update
settings hallpass_app select
settings.links_valid_from hallpass_app update
settings.sessions_valid_from hallpass_app update
user_words hallpass_app select
users hallpass_app insert select update";
    assert_eq!(db.value::<String>(GRANTS).await, expected);
    // Functions with the caller's rights give no further privileges. Only the role of the functions may call them.
    let callers = "
        select string_agg(distinct coalesce(r.rolname, 'public'), ' ')
        from pg_proc p
        cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) as a
        left join pg_roles r on r.oid = a.grantee
        where p.pronamespace = 'hallpass'::regnamespace and not p.prosecdef and a.grantee <> p.proowner";
    assert_eq!(db.value::<String>(callers).await, "hallpass_app");
    // Additional privileges of our own roles are revoked, too.
    db.execute(
        "grant create on schema hallpass to hallpass_app, hallpass_reader;
            grant all on all tables in schema hallpass to hallpass_app, hallpass_reader;
            grant select (password_hash) on hallpass.users to hallpass_reader;
            grant execute on all functions in schema hallpass to hallpass_app, hallpass_reader",
    )
    .await;
    migrate().run().await.succeeded();
    assert_eq!(db.value::<String>(GRANTS).await, expected);
    assert_eq!(db.value::<String>(callers).await, "hallpass_app");
}

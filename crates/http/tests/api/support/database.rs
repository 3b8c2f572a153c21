//! A database a test, cloned from a template that is migrated once for all.

use std::str::FromStr as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hallpass_core::config::DatabaseConfig;
use hallpass_core::db::APP_ROLE;
use hallpass_core::schema;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use uuid::Uuid;

use super::environment;

/// Any number that no other program takes on the server.
const LOCK: i64 = 0x7465_7374;

/// A database of one test. Dropped with it.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) name: String,
    /// As the owner, beside the functions: to look at what they did, and to prepare.
    pub(crate) owner: PgPool,
}

fn server() -> PgConnectOptions {
    PgConnectOptions::from_str(&environment::server())
        .expect("HALLPASS_TEST_DATABASE_URL is an address")
}

async fn connect(database: &str) -> PgConnection {
    PgConnection::connect_with(&server().database(database))
        .await
        .expect("the test server answers")
}

impl Database {
    pub(super) async fn new() -> Self {
        let mut admin = connect("postgres").await;
        // Cloning and migrating are done by one test at a time, in whatever process it runs.
        sqlx::query("select pg_advisory_lock($1)")
            .bind(LOCK)
            .execute(&mut admin)
            .await
            .unwrap();
        // Statements are counted by the server itself.
        admin
            .execute("create extension if not exists pg_stat_statements")
            .await
            .unwrap();
        let template = template(&mut admin).await;
        take_role(&mut admin).await;
        let name = format!("test_{}", Uuid::new_v4().simple());
        // The other strategy, the default since PostgreSQL 15, writes the whole template to the WAL. Before, there was
        // only this one, without a name.
        let strategy = if version(&mut admin).await >= 150_000 {
            "strategy file_copy"
        } else {
            ""
        };
        let clone = format!("create database {name} template {template} {strategy}");
        admin.execute(AssertSqlSafe(clone)).await.unwrap();
        // The functions' statements name every schema: in this suite nothing is found without it.
        let path = format!("alter database {name} set search_path = ''");
        admin.execute(AssertSqlSafe(path)).await.unwrap();
        admin.close().await.unwrap();
        // The tests' own statements name no schema, and connect with this setting.
        let options = server()
            .database(&name)
            .options([("search_path", "hallpass, public")]);
        let owner = PgPoolOptions::new()
            .max_connections(4)
            .connect_lazy_with(options);
        Self { name, owner }
    }

    /// Changes something behind the functions' back: moves time, mostly.
    pub(crate) async fn execute(&self, sql: &str) {
        let done = self.owner.execute(AssertSqlSafe(sql)).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Every value of a query with one column.
    pub(crate) async fn values(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned()))
            .fetch_all(&self.owner)
            .await
            .unwrap()
    }

    /// The one value that a query gives.
    pub(crate) async fn value<T>(&self, sql: &str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&self.owner)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// The audit events of this kind, the oldest first, in the columns' names.
    pub(crate) async fn events(&self, event: &str) -> Vec<serde_json::Value> {
        sqlx::query_scalar(
            "select to_jsonb(e) from audit_events e where event = $1 order by occurred_at",
        )
        .bind(event)
        .fetch_all(&self.owner)
        .await
        .unwrap()
    }

    /// Waits until the server shows what processes that have ended counted.
    pub(crate) async fn until_statistics_are_written(&self) {
        // Since 15 they are in shared memory. Before, a process writes them to a file, twice a second at most.
        let mut admin = connect("postgres").await;
        if version(&mut admin).await < 150_000 {
            tokio::time::sleep(Duration::from_millis(750)).await;
        }
        admin.close().await.unwrap();
    }

    /// Whether anybody may connect from now on. Who is connected stays.
    pub(crate) async fn allow_connections(&self, allow: bool) {
        let mut admin = connect("postgres").await;
        let name = &self.name;
        let change = format!("alter database {name} with allow_connections {allow}");
        admin.execute(AssertSqlSafe(change)).await.unwrap();
        admin.close().await.unwrap();
    }

    /// The owner's address, where a host hands out no other.
    pub(crate) fn owner_url(&self) -> String {
        let server = environment::server();
        let (base, _) = server
            .rsplit_once('/')
            .expect("the address names a database");
        format!("{base}/{}", self.name)
    }

    /// The address that the functions use: as the application's role, through the pooler if there is one.
    pub(crate) fn app_url(&self) -> String {
        self.url_at(&environment::functions_connect_to())
    }

    /// The same role at the server itself, whatever stands before it.
    pub(crate) fn direct_app_url(&self) -> String {
        self.url_at(&environment::server_place())
    }

    fn url_at(&self, place: &str) -> String {
        let password = environment::app_password();
        format!("postgres://{}:{password}@{place}/{}", APP_ROLE, self.name)
    }
}

/// As a number: 150018 is 15.18.
async fn version(admin: &mut PgConnection) -> i32 {
    sqlx::query_scalar("select current_setting('server_version_num')::integer")
        .fetch_one(admin)
        .await
        .unwrap()
}

/// Another application's tables of the same names.
const NEIGHBOURS: &str = "
    create table public.users (id integer primary key, email text);
    create table public.sessions (id integer primary key, expires_at timestamptz);
    create table public.roles (name text primary key, permissions text);
    create table public.settings (sessions_valid_from timestamptz);
    create table public.audit_events (id integer primary key, occurred_at timestamptz);
    create table public.login_throttle (key text primary key);
    create table public.alerts (kind text primary key);
    create table public._sqlx_migrations (version bigint, success boolean);
    create function public.session_is_live(text) returns boolean language sql return false;
    create function public.authorize_access(text) returns boolean language sql return true";

/// Made like a project of Supabase, where roles of its REST API get everything by default and extensions have a schema
/// of their own, beside another application. What works here works in a database of one's own: the local platform and
/// the tests of the command have such.
///
/// Named after the migrations, so that a changed migration makes a new one.
async fn template(admin: &mut PgConnection) -> String {
    let name = format!("hallpass_shared_{:x}", schema::fingerprint());
    let known: bool =
        sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(&name)
            .fetch_one(&mut *admin)
            .await
            .unwrap();
    if !known {
        let building = format!("{name}_building");
        admin
            .execute(AssertSqlSafe(format!("drop database if exists {building}")))
            .await
            .unwrap();
        admin
            .execute(AssertSqlSafe(format!("create database {building}")))
            .await
            .unwrap();
        prepare(&building).await;
        migrate(&building).await;
        let rename = format!("alter database {building} rename to {name}");
        admin.execute(AssertSqlSafe(rename)).await.unwrap();
    }
    name
}

async fn prepare(database: &str) {
    let mut connection = connect(database).await;
    for role in ["anon", "authenticated", "service_role"] {
        let defaults = format!(
            "do $$ begin create role {role} nologin; exception when duplicate_object then null; end $$;
            alter default privileges grant all on tables to {role};
            alter default privileges grant all on sequences to {role};
            alter default privileges grant all on functions to {role};
            alter default privileges grant usage on schemas to {role}"
        );
        connection.execute(AssertSqlSafe(defaults)).await.unwrap();
    }
    let extensions = "create schema extensions; create extension pg_trgm schema extensions";
    connection.execute(extensions).await.unwrap();
    connection.execute(NEIGHBOURS).await.unwrap();
    connection.close().await.unwrap();
}

/// Roles belong to the whole server, where other suites give this one another password.
async fn take_role(admin: &mut PgConnection) {
    static TAKEN: AtomicBool = AtomicBool::new(false);
    if TAKEN.swap(true, Ordering::Relaxed) {
        return;
    }
    let literal: String = sqlx::query_scalar("select quote_literal($1)")
        .bind(environment::app_password())
        .fetch_one(&mut *admin)
        .await
        .unwrap();
    let alter = format!("alter role {APP_ROLE} login password {literal}");
    admin.execute(AssertSqlSafe(alter)).await.unwrap();
}

async fn migrate(database: &str) {
    let base = environment::server();
    let (base, query) = base.split_once('?').unwrap_or((base.as_str(), ""));
    let (base, _) = base.rsplit_once('/').expect("the address names a database");
    let url = format!("{base}/{database}?{query}");
    let config =
        DatabaseConfig::direct(&|name| (name == "DATABASE_URL").then(|| url.clone())).unwrap();
    let mut connection = schema::connect(&config).await.unwrap();
    schema::migrate(&mut connection, |_| ()).await.unwrap();
    schema::grant(&mut connection, &config, Some(&environment::app_password()))
        .await
        .unwrap();
    connection.close().await.unwrap();
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = std::mem::take(&mut self.name);
        // A destructor cannot await, and the test's runtime may be going away.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut admin = connect("postgres").await;
                // The server remembers 5,000 statements of all databases, dropped ones included, and
                // forgets whichever it likes when there are more: those of a test still counting, too.
                let forget = "select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = $1";
                sqlx::query(forget).bind(&name).execute(&mut admin).await.unwrap();
                let drop = format!("drop database if exists {name} with (force)");
                admin.execute(AssertSqlSafe(drop)).await.unwrap();
            });
        });
        let _ = dropped.join();
    }
}

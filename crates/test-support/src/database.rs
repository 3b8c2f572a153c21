//! A database of one test.

use std::str::FromStr as _;
use std::time::Duration;

use hallpass_core::db::APP_ROLE;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use uuid::Uuid;

use crate::{environment, server, template};

/// The key of the advisory lock under which databases are copied: any number that no other program takes.
const LOCK: i64 = 0x7465_7374;

/// A database of one test. It is dropped with this value.
#[derive(Debug)]
pub struct Database {
    /// Its name on the server.
    pub name: String,
    /// Connections of the superuser, to prepare data and to look at what the product did.
    pub owner: PgPool,
}

/// The tests' own statements name no schema. Those of the product do, and connect without this setting.
fn owner_options(name: &str) -> PgConnectOptions {
    PgConnectOptions::from_str(&server::url(name))
        .unwrap()
        .options([("search_path", "hallpass, public")])
}

fn pool() -> PgPoolOptions {
    PgPoolOptions::new().max_connections(4)
}

async fn create(admin: &mut PgConnection, options: &str) -> String {
    let name = format!("test_{:016x}", Uuid::new_v4().as_u64_pair().1);
    server::execute_on(admin, &format!("create database {name} {options}")).await;
    name
}

impl Database {
    /// A database without our schema.
    pub async fn empty() -> Self {
        Self::with_options("").await
    }

    /// A database without our schema, with these options of `create database`.
    pub async fn with_options(options: &str) -> Self {
        let mut admin = server::connect("postgres").await;
        let name = create(&mut admin, options).await;
        admin.close().await.unwrap();
        // The command reports connections and copies databases, so a connection is closed as soon as it is returned.
        let owner = pool().after_release(|_, _| Box::pin(async { Ok(false) }));
        Self::of(name, owner)
    }

    fn of(name: String, owner: PgPoolOptions) -> Self {
        let owner = owner.connect_lazy_with(owner_options(&name));
        Self { name, owner }
    }

    /// A database with the schema of this release, prepared as on Supabase and shared with another application.
    pub async fn shared() -> Self {
        let mut admin = server::connect("postgres").await;
        // One test at a time makes the template and copies it, in whatever process it runs.
        sqlx::query("select pg_advisory_lock($1)")
            .bind(LOCK)
            .execute(&mut admin)
            .await
            .unwrap();
        // The server itself counts statements.
        admin
            .execute("create extension if not exists pg_stat_statements")
            .await
            .unwrap();
        let template = template::shared(&mut admin).await;
        server::set_app_password(&mut admin).await;
        // The default since PostgreSQL 15 writes the whole template to the WAL. Before, there was no choice.
        let strategy = if server::version(&mut admin).await >= 150_000 {
            "strategy file_copy"
        } else {
            ""
        };
        let options = format!("template {template} {strategy}");
        let name = create(&mut admin, &options).await;
        // With an empty search_path, an unqualified name in a statement of the product fails.
        let path = format!("alter database {name} set search_path = ''");
        server::execute_on(&mut admin, &path).await;
        admin.close().await.unwrap();
        Self::of(name, pool())
    }

    /// A copy of this database under another name.
    pub async fn copied(&self) -> Self {
        Self::with_options(&format!("template {}", self.name)).await
    }

    /// A new connection of the superuser.
    pub async fn connect(&self) -> PgConnection {
        let options = owner_options(&self.name);
        PgConnection::connect_with(&options).await.unwrap()
    }

    /// Runs statements as the superuser.
    pub async fn execute(&self, sql: &str) {
        let done = self.owner.execute(AssertSqlSafe(sql)).await;
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// The only value of a query.
    pub async fn value<T>(&self, sql: &str) -> T
    where
        T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_one(&self.owner)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// All values of a query with one column of text.
    pub async fn values(&self, sql: &str) -> Vec<String> {
        sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&self.owner)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// All audit events of this kind as JSON objects with the columns' names, the oldest first.
    pub async fn events(&self, event: &str) -> Vec<serde_json::Value> {
        sqlx::query_scalar(
            "select to_jsonb(e) from audit_events e where event = $1 order by occurred_at",
        )
        .bind(event)
        .fetch_all(&self.owner)
        .await
        .unwrap()
    }

    /// Waits until the server shows what processes that have ended have counted.
    pub async fn until_statistics_are_written(&self) {
        // Since PostgreSQL 15 they are in shared memory. Before, a process writes them to a file, every 500 ms at most.
        let mut admin = server::connect("postgres").await;
        if server::version(&mut admin).await < 150_000 {
            tokio::time::sleep(Duration::from_millis(750)).await;
        }
        admin.close().await.unwrap();
    }

    /// Allows or refuses new connections. Those that are open stay.
    pub async fn allow_connections(&self, allow: bool) {
        let name = &self.name;
        server::execute(&format!(
            "alter database {name} with allow_connections {allow}"
        ))
        .await;
    }

    /// The superuser's URL.
    #[must_use]
    pub fn url(&self) -> String {
        server::url(&self.name)
    }

    /// The URL that the functions use: as the application's role, through the pooler if there is one.
    #[must_use]
    pub fn app_url(&self) -> String {
        let place = environment::pooler_url().unwrap_or_else(environment::server_url);
        self.url_at(&place, APP_ROLE, environment::APP_PASSWORD)
    }

    /// The URL of the application's role at the server itself, even if there is a pooler.
    #[must_use]
    pub fn direct_app_url(&self) -> String {
        self.direct_url(APP_ROLE, environment::APP_PASSWORD)
    }

    /// The URL of this role at the server itself, even if there is a pooler.
    #[must_use]
    pub fn direct_url(&self, role: &str, password: &str) -> String {
        self.url_at(&environment::server_url(), role, password)
    }

    fn url_at(&self, server: &str, role: &str, password: &str) -> String {
        let options = PgConnectOptions::from_str(server).unwrap();
        let (host, port) = (options.get_host(), options.get_port());
        let password = utf8_percent_encode(password, NON_ALPHANUMERIC);
        format!("postgres://{role}:{password}@{host}:{port}/{}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let name = std::mem::take(&mut self.name);
        // A destructor cannot await, and the runtime of the test may be ending.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut admin = server::connect("postgres").await;
                // The server remembers 5,000 statements of all databases, dropped ones included. When there are more,
                // it forgets some, perhaps those that another test is counting. Not every suite has the extension.
                let forget = "select pg_stat_statements_reset(0, oid, 0) from pg_database where datname = $1";
                let _ = sqlx::query(forget).bind(&name).execute(&mut admin).await;
                let drop = format!("drop database if exists {name} with (force)");
                admin.execute(AssertSqlSafe(drop)).await.unwrap();
            });
        });
        let is_dropped = dropped.join().is_ok();
        assert!(is_dropped || std::thread::panicking(), "drop database");
    }
}

//! The functions in this process, each behind the very service that the binaries run.

use std::sync::Arc;

use axum::http::Method;
use futures_util::future::join_all;
use hallpass_core::{AppContext, Config};
use hallpass_http::{Service, fetch_range, routes};
use hallpass_test_support::{Database, environment};

use super::call::Call;
use super::people;
use super::{Answer, Person, eventually};

/// Our own origin in these tests.
pub(crate) const ORIGIN: &str = "https://hallpass.test";
/// What a scraper shows in these tests.
pub(crate) const METRICS_TOKEN: &str = "6f2d1c0b9a8e7f6d5c4b3a29181706f5";
/// What the platform's timer shows.
pub(crate) const CRON_SECRET: &str = "timer-0a1b2c3d4e5f";
const SECRET: &str = "/mPAwiTtniOtB4WVTwZo9/WNmg7DPRFVRHfG4ETrZlk=";

/// The functions and their database.
#[derive(Debug)]
pub(crate) struct TestApp {
    services: Vec<(&'static str, Service)>,
    pub(crate) hallpass: AppContext,
    pub(crate) database: Arc<Database>,
}

impl TestApp {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With further variables, or other values for the usual ones.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        Self::on(Arc::new(Database::shared().await), variables)
    }

    /// Another instance of every function on the same database.
    pub(crate) fn beside(&self, variables: &[(&str, &str)]) -> Self {
        Self::on(Arc::clone(&self.database), variables)
    }

    /// The functions when nothing listens where the database should be.
    pub(crate) fn cut_off(&self) -> Self {
        self.beside(&[(
            "DATABASE_URL",
            "postgres://hallpass_app:none@127.0.0.1:1/none",
        )])
    }

    fn on(database: Arc<Database>, variables: &[(&str, &str)]) -> Self {
        let url = database.app_url();
        let config = Config::read(&|name| {
            let given = variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| *value);
            let usual = match name {
                "DATABASE_URL" => Some(url.as_str()),
                "HALLPASS_SECRET" => Some(SECRET),
                "HALLPASS_URL" => Some(ORIGIN),
                "CRON_SECRET" => Some(CRON_SECRET),
                "HALLPASS_METRICS_TOKEN" => Some(METRICS_TOKEN),
                "VERCEL" => Some("1"),
                "VERCEL_ENV" => Some("test"),
                _ => None,
            };
            given.or(usual).map(str::to_owned)
        });
        let hallpass = AppContext::new(config.unwrap(), fetch_range);
        let services = routes::all()
            .map(|(name, router)| (name, Service::new(name, router, hallpass.clone())));
        Self {
            services: services.into(),
            hallpass,
            database,
        }
    }

    /// The function that vercel.json leads a path to.
    pub(crate) fn service(&self, path: &str) -> &Service {
        let path = path.split('?').next().unwrap_or_default();
        let name = match path {
            "/health" | "/api/system" | "/api/metrics" => "health",
            "/api/openapi.json" => "keys",
            _ if path.starts_with("/.well-known/") => "keys",
            "/api/roles" => "users",
            _ => path
                .strip_prefix("/api/")
                .and_then(|rest| rest.split('/').next())
                .unwrap_or_default(),
        };
        let found = self.services.iter().find(|(function, _)| *function == name);
        &found
            .unwrap_or_else(|| panic!("no function answers to {path}"))
            .1
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call::new(self, method, path)
    }

    pub(crate) fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Call<'_> {
        self.call(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Call<'_> {
        self.call(Method::DELETE, path)
    }

    /// Makes an account with the password [`super::PASSWORD`] and these roles.
    pub(crate) async fn person(&self, email: &str, roles: &[&str]) -> Person {
        people::insert(&self.database, email, roles).await
    }

    /// Makes an account and signs it in.
    pub(crate) async fn signed_in(&self, email: &str, roles: &[&str]) -> Person {
        let person = self.person(email, roles).await;
        people::sign_in(self, person).await
    }

    /// Opens another session of somebody made by [`Self::person`].
    pub(crate) async fn signed_in_again(&self, person: &Person) -> Person {
        people::sign_in(self, person.clone()).await
    }

    /// The answer to a request while the only hasher is busy and its queue is full. Needs `HALLPASS_HASH_PERMITS=1`.
    pub(crate) async fn while_hashing(&self, request: impl Future<Output = Answer>) -> Answer {
        // Another hash follows each that is finished, so that the queue is full whenever the request reaches it.
        let busy = join_all((0..16).map(async |_| {
            loop {
                if self.hallpass.hasher.hash("waiting".into()).await.is_err() {
                    tokio::task::yield_now().await;
                }
            }
        }));
        tokio::select! {
            // The queue is full before the request begins.
            biased;
            _ = busy => unreachable!("the loops have no end"),
            answer = request => answer,
        }
    }

    /// Statements that the application's role has sent to this test's database so far.
    ///
    /// Counted by the server itself (`pg_stat_statements`), transaction control and the driver's own
    /// look-around left out.
    pub(crate) async fn statements(&self) -> i64 {
        sqlx::query_scalar(
            "select coalesce(sum(calls), 0)::bigint from pg_stat_statements s join pg_roles r on r.oid = s.userid \
             where dbid = (select oid from pg_database where datname = $1) and r.rolname = 'hallpass_app' \
               and query !~* '^(begin|commit|rollback|set|reset|discard|select pg_backend_pid|select current_user::text|select [$]1$)'",
        )
        .bind(&self.database.name)
        .fetch_one(&server_pool())
        .await
        .unwrap()
    }
}

impl TestApp {
    /// Rows of a table that queries have read so far, by scanning and by index.
    pub(crate) async fn rows_read(&self, table: &str) -> i64 {
        // A server process hands its counts in when it ends.
        let processes = "select count(*) from pg_stat_activity \
                         where datname = current_database() and usename = 'hallpass_app'";
        eventually("all connections of the functions closed", async || {
            self.hallpass.db.close_idle().await;
            // A pooler keeps its own connections: those are ended from the server's side.
            self.database
                .execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity \
                     where datname = current_database() and usename = 'hallpass_app' and state = 'idle'",
                )
                .await;
            self.database.value::<i64>(processes).await == 0
        })
        .await;
        self.database.until_statistics_are_written().await;
        let read = format!(
            "select (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint + \
             (select sum(idx_tup_read)::bigint from pg_stat_user_indexes \
                where schemaname = 'hallpass' and relname = '{table}') \
             from pg_stat_user_tables where schemaname = 'hallpass' and relname = '{table}'"
        );
        self.database.value::<i64>(&read).await
    }

    /// The texts of the statements that this test's database has seen.
    pub(crate) async fn statement_texts(&self) -> String {
        sqlx::query_scalar(
            "select coalesce(string_agg(query, e'\n'), '') from pg_stat_statements \
             where dbid = (select oid from pg_database where datname = $1)",
        )
        .bind(&self.database.name)
        .fetch_one(&server_pool())
        .await
        .unwrap()
    }
}

/// The database `postgres` has the extension `pg_stat_statements`.
fn server_pool() -> sqlx::PgPool {
    sqlx::postgres::PgPoolOptions::new()
        .max_connections(1)
        .connect_lazy(&environment::server_url())
        .unwrap()
}

//! A deployment for tests of the operator's command: functions, a console and a migrated database.

use std::path::Path;

use hallpass_platform::{Platform, Postgres};
use hallpass_test_support::Call;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

use super::hallpass;
use crate::test_app::{APP_PASSWORD, TestApp, database, functions};

/// Number of temporary accounts of `hallpass smoke`.
pub(super) const ACCOUNTS: &str =
    "select count(*) from hallpass.users where email like '%@smoke.invalid'";

/// A deployment.
#[derive(Debug)]
pub(super) struct Deployment {
    pub(super) app: TestApp,
    console: TempDir,
}

impl Deployment {
    pub(super) async fn start() -> Self {
        let postgres = database().await;
        let url = postgres.url("hallpass_app", APP_PASSWORD, "postgres");
        Self::over(postgres, &url).await
    }

    /// A deployment whose functions connect with this URL.
    pub(super) async fn over(postgres: Postgres, url: &str) -> Self {
        let console = console();
        let platform = platform(console.path(), url).await;
        Self {
            app: TestApp { postgres, platform },
            console,
        }
    }

    pub(super) fn url(&self) -> String {
        self.app.address("")
    }

    pub(super) fn console(&self) -> &Path {
        self.console.path()
    }

    /// The command, with the owner's connection to the database of the deployment.
    pub(super) fn hallpass(&self, arguments: &[&str]) -> Call {
        hallpass(arguments).env("DATABASE_URL", &self.app.postgres.superuser_url("postgres"))
    }

    /// A number that is queried with the owner's connection.
    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        let url = self.app.postgres.superuser_url("postgres");
        let mut connection = PgConnection::connect(&url).await.unwrap();
        let count = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut connection);
        count.await.unwrap()
    }

    pub(super) async fn execute(&self, sql: &str) {
        let done = self.app.postgres.execute("postgres", sql.to_owned());
        done.await.unwrap();
    }

    pub(super) async fn stop(self) {
        self.app.stop().await;
    }
}

async fn platform(console: &Path, url: &str) -> Platform {
    let functions = functions().static_dir(console).env("DATABASE_URL", url);
    functions.start().await.unwrap()
}

/// A page that loads a script and a style sheet, like the built console.
fn console() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let assets = directory.path().join("assets");
    std::fs::create_dir(&assets).unwrap();
    std::fs::write(assets.join("index-1a2b.js"), "export {};").unwrap();
    std::fs::write(assets.join("index-3c4d.css"), "body {}").unwrap();
    let page = r#"<!doctype html><html><head><title>Hallpass</title>
        <script type="module" src="/assets/index-1a2b.js"></script>
        <link rel="stylesheet" href="/assets/index-3c4d.css"></head><body></body></html>"#;
    std::fs::write(directory.path().join("index.html"), page).unwrap();
    directory
}

//! Tests of `hallpass doctor` and `/health` with a server that replicates to a real standby.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;
use std::time::Duration;

use hallpass_platform::{Postgres, random_secret};
use hallpass_test_support::client::get;
use hyper::StatusCode;
use serde_json::Value;
use sqlx::{Connection as _, PgConnection};
use tempfile::TempDir;

use super::hallpass;
use crate::test_app::{APP_PASSWORD, functions, migrate};

const DATABASE: &str = "postgres";

/// A primary and a standby, which streams from it.
struct Pair {
    primary: Postgres,
    standby: Postgres,
    _directory: TempDir,
}

impl Pair {
    /// There is no `pg_basebackup` in the servers' package, so the files of the stopped primary are copied.
    async fn start() -> Self {
        let readable = std::fs::Permissions::from_mode(0o755);
        let directory = tempfile::Builder::new()
            .permissions(readable)
            .tempdir()
            .unwrap();
        let path = |name: &str| directory.path().join(name);
        let builder = Postgres::in_directory(path("primary")).setting("fsync", "off");
        let mut primary = builder.start().await.unwrap();
        migrate(&primary, DATABASE).await;
        primary.stop().await.unwrap();
        let copied = Command::new("cp")
            .arg("-a")
            .args([path("primary"), path("standby")])
            .status()
            .unwrap();
        assert!(copied.success());
        std::fs::write(path("standby").join("cluster/standby.signal"), "").unwrap();
        primary.restart().await.unwrap();
        let source = primary.superuser_url("");
        let builder = Postgres::in_directory(path("standby"))
            .setting("fsync", "off")
            .setting("primary_conninfo", &source);
        let standby = builder.start().await.unwrap();
        let pair = Self {
            primary,
            standby,
            _directory: directory,
        };
        pair.until(
            "select count(*) from pg_stat_replication where state = 'streaming'",
            1,
        )
        .await;
        pair
    }

    /// Waits until a query on the primary has this result.
    async fn until(&self, query: &'static str, expected: i64) {
        let url = self.primary.superuser_url(DATABASE);
        let mut connection = PgConnection::connect(&url).await.unwrap();
        for _ in 0..400 {
            let found: i64 = sqlx::query_scalar(query)
                .fetch_one(&mut connection)
                .await
                .unwrap();
            if found == expected {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{query} is never {expected}");
    }

    async fn set_synchronous_standbys(&self, names: &str) {
        let set = format!("alter system set synchronous_standby_names = '{names}'");
        self.primary.execute(DATABASE, set).await.unwrap();
        let reload = "select pg_reload_conf()";
        self.primary.execute(DATABASE, reload).await.unwrap();
        let is_set = "select count(*) from pg_settings where name = 'synchronous_standby_names' and setting <> ''";
        self.until(is_set, i64::from(!names.is_empty())).await;
    }
}

/// The report of `hallpass doctor`, run as the functions' role.
async fn doctor(postgres: &Postgres) -> Value {
    let outcome = hallpass(&["doctor", "--json"])
        .env(
            "DATABASE_URL",
            &postgres.url("hallpass_app", APP_PASSWORD, DATABASE),
        )
        .env("DATABASE_URL_UNPOOLED", &postgres.superuser_url(DATABASE))
        .env("HALLPASS_SECRET", &random_secret().unwrap())
        .run()
        .await;
    serde_json::from_str(&outcome.stdout).unwrap()
}

/// Status and detail of a check.
fn check<'r>(report: &'r Value, name: &str) -> (&'r str, &'r str) {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|check| check["name"] == name).unwrap();
    let text = |field: &str| found[field].as_str().unwrap();
    (text("status"), text("detail"))
}

#[tokio::test]
async fn t38_doctor_and_health_recognize_a_standby_and_how_it_replicates() {
    let mut pair = Pair::start().await;

    let report = doctor(&pair.primary).await;
    let (status, detail) = check(&report, "replication");
    assert_eq!(status, "warning", "{detail}");
    assert!(detail.starts_with("1 standby, asynchronous:"), "{detail}");

    pair.set_synchronous_standbys("*").await;
    let report = doctor(&pair.primary).await;
    let (status, detail) = check(&report, "replication");
    assert_eq!(status, "ok", "{detail}");
    assert!(detail.contains("changes wait for a standby"), "{detail}");

    let report = doctor(&pair.standby).await;
    let (status, detail) = check(&report, "serverVersion");
    assert_eq!(status, "failure", "{detail}");
    assert!(detail.contains("a standby"), "{detail}");
    let checks = report["checks"].as_array().unwrap();
    assert!(checks.iter().all(|check| check["name"] != "replication"));
    let url = pair.standby.url("hallpass_app", APP_PASSWORD, DATABASE);
    let platform = functions().env("DATABASE_URL", url).start().await.unwrap();
    let health = get(&format!("http://127.0.0.1:{}/health", platform.port())).await;
    assert_eq!(health.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(health.json()["services"]["database"], "connected");
    platform.stop().await;

    pair.standby.stop().await.unwrap();
    pair.until("select count(*) from pg_stat_replication", 0)
        .await;
    let report = doctor(&pair.primary).await;
    let (status, detail) = check(&report, "replication");
    assert_eq!(status, "warning", "{detail}");
    assert!(
        detail.starts_with("no standby is connected, but"),
        "{detail}"
    );
    // Otherwise the shutdown waits for the standby.
    pair.set_synchronous_standbys("").await;
    pair.primary.stop().await.unwrap();
}

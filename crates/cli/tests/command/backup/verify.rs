//! Tests of `hallpass backup verify`.

use hallpass_test_support::{environment::path, eventually};

use super::{Source, apart, text};
use crate::signals::signal;
use crate::test_db::hallpass;

#[tokio::test]
async fn a_valid_backup_is_restored_compared_and_dropped() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let answer = source.verify(&file).run().await.json();
    assert_eq!(answer["isSound"], true);
    assert_eq!(answer["dryRun"], false);
    let users = answer["tables"]
        .as_array()
        .unwrap()
        .iter()
        .find(|table| table["name"] == "users");
    assert_eq!(users.unwrap()["rows"], 51);
    let (address, password) = apart(&source.db.url());
    let screen = source.call(&["backup", "verify", text(&file), "--on", &address]);
    let screen = screen.env("PGPASSWORD", &password).run().await.succeeded();
    assert!(screen.stdout.starts_with("valid"), "{screen:?}");
}

#[tokio::test]
async fn a_role_without_createdb_is_reported() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let url = source.db.url_of_role("ops_no_databases", "").await;
    let call = source.verify(&file).env("HALLPASS_RESTORE_URL", &url);
    assert_eq!(call.run().await.failed(1)["code"], "not_permitted");
}

#[tokio::test]
async fn outside_a_checkout_a_server_has_to_be_named() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let elsewhere = hallpass(&["backup", "verify", "--json", text(&file)]).env("PATH", &path());
    let error = elsewhere.args(&["--dry-run"]).run().await.failed(1);
    assert_eq!(error["code"], "not_a_checkout");
    let elsewhere = hallpass(&["backup", "verify", "--json", text(&file)]).env("PATH", &path());
    let error = elsewhere.run().await.failed(1);
    assert_eq!(error["code"], "not_a_checkout");
    let drill = hallpass(&["--json", "drill", "recovery"])
        .run()
        .await
        .failed(1);
    assert_eq!(drill["code"], "not_a_checkout");
}

#[tokio::test]
async fn a_dry_run_checks_file_and_server_and_creates_no_database() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let server = source.db.url_of_role("ops_dry_run", "createdb").await;
    let dry_run = || {
        let call = source.call(&["backup", "verify", "--dry-run", text(&file)]);
        call.env("HALLPASS_RESTORE_URL", &server)
    };
    let answer = dry_run().args(&["--json"]).run().await.json();
    assert_eq!(answer["dryRun"], true);
    assert!(answer.get("isSound").is_none(), "{answer}");
    assert!(answer["rows"].as_i64().unwrap() > 51, "{answer}");
    let people = dry_run().run().await.succeeded();
    assert!(people.stdout.starts_with("Would restore "), "{people:?}");
    assert_eq!(source.databases_of("ops_dry_run").await, 0);

    // A dry run also reports problems that would make the run fail.
    source.db.execute("alter role ops_dry_run nocreatedb").await;
    let denied = dry_run().args(&["--json"]).run().await.failed(1);
    assert_eq!(denied["code"], "not_permitted");
    std::fs::write(&file, "something else").unwrap();
    let damaged = dry_run().args(&["--json"]).run().await.failed(1);
    assert_eq!(damaged["code"], "backup_damaged");
}

#[tokio::test]
async fn an_interrupted_verification_drops_its_database() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let server = source.db.url_of_role("ops_interrupted", "createdb").await;
    let verify = source.verify(&file).env("HALLPASS_RESTORE_URL", &server);
    let child = verify.spawn();
    eventually("the verification created its database", async || {
        source.databases_of("ops_interrupted").await > 0
    })
    .await;
    signal(&child, "INT").await;
    let output = child.wait_with_output().await.unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(source.databases_of("ops_interrupted").await, 0);
}

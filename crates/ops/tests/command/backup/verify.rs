//! `hallpass backup verify`.

use super::{Source, apart, text};
use crate::stand::{hallpass, path};

#[tokio::test]
async fn a_sound_backup_is_restored_compared_and_cleared_away() {
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
    let (address, password) = apart(&source.stand.url());
    let screen = source.call(&["backup", "verify", text(&file), "--on", &address]);
    let screen = screen.env("PGPASSWORD", &password).run().await.succeeded();
    assert!(screen.stdout.starts_with("sound"), "{screen:?}");
}

#[tokio::test]
async fn who_may_not_make_a_database_is_told() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let url = source.stand.url_of_role("ops_no_databases", "").await;
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
async fn a_dry_run_looks_at_file_and_server_and_makes_no_database() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let server = source.stand.url_of_role("ops_dry_run", "createdb").await;
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
    let made = "select count(*) from pg_database where datdba = 'ops_dry_run'::regrole";
    assert_eq!(source.stand.value::<i64>(made).await, 0);

    // What a run would fail on, it says.
    source.stand.url_of_role("ops_dry_run", "nocreatedb").await;
    let denied = dry_run().args(&["--json"]).run().await.failed(1);
    assert_eq!(denied["code"], "not_permitted");
    std::fs::write(&file, "something else").unwrap();
    let damaged = dry_run().args(&["--json"]).run().await.failed(1);
    assert_eq!(damaged["code"], "backup_damaged");
}

/// What the test's own role has made: other tests verify at the same time.
const SCRATCH: &str = "select count(*) from pg_database where datdba = 'ops_interrupted'::regrole";

#[tokio::test]
async fn interrupted_it_drops_what_it_made() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let server = source
        .stand
        .url_of_role("ops_interrupted", "createdb")
        .await;
    let verify = source.verify(&file).env("HALLPASS_RESTORE_URL", &server);
    let child = verify.spawn();
    while source.stand.value::<i64>(SCRATCH).await == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    let pid = child.id().unwrap().to_string();
    let mut kill = tokio::process::Command::new("kill");
    let killed = kill.args(["-s", "INT", &pid]).status().await;
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().await.unwrap();
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(source.stand.value::<i64>(SCRATCH).await, 0);
}

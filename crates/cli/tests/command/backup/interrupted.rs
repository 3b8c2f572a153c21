//! Interrupted backups leave no files behind, and the next run finishes an interrupted restore.

use std::path::Path;

use hallpass_test_support::eventually;
use sqlx::Executor as _;
use sqlx::postgres::PgConnection;
use tokio::process::Child;

use super::{Source, text};
use crate::signals::{IS_HELD_UP, is_interrupted_at_its_prompt, signal, until};
use crate::test_db::TestDb;

#[tokio::test]
async fn an_interrupted_backup_leaves_no_file() {
    let source = Source::new().await;
    let mut other = source.db.connect().await;
    other
        .execute("begin; lock table users in access exclusive mode")
        .await
        .unwrap();
    let file = source.file("a.dump");
    let create = source.call(&["backup", "create", "--json", "--out", text(&file)]);
    let child = create.spawn();
    until(&source.db, IS_HELD_UP, true).await;
    assert_eq!(source.files(), ["a.dump.json.partial", "a.dump.partial"]);
    signal(&child, "TERM").await;
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
    assert_eq!(source.files(), Vec::<String>::new());
}

#[tokio::test]
async fn the_next_backup_removes_the_files_of_a_killed_one() {
    let source = Source::new().await;
    let mut other = source.db.connect().await;
    other
        .execute("begin; lock table users in access exclusive mode")
        .await
        .unwrap();
    let file = source.file("a.dump");
    let create = ["backup", "create", "--json", "--out", text(&file)];
    let mut child = source.call(&create).spawn();
    until(&source.db, IS_HELD_UP, true).await;
    child.kill().await.unwrap();
    assert!(source.files().contains(&"a.dump.partial".to_owned()));
    // The killed command's pg_dump still runs and writes to the file.
    let meanwhile = source.call(&create).run().await.failed(6);
    assert_eq!(meanwhile["code"], "under_way");
    // The server ends the session in this way when it notices that its client is gone.
    let end = "select count(pg_terminate_backend(pid)) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    assert!(source.db.value::<i64>(end).await > 0);
    other.execute("rollback").await.unwrap();
    eventually("the backup succeeds", async || {
        let outcome = source.call(&create).run().await;
        if outcome.code != 0 {
            assert_eq!(outcome.failed(6)["code"], "under_way");
        }
        outcome.code == 0
    })
    .await;
    assert_eq!(source.files(), ["a.dump", "a.dump.json"]);
    source.verify(&file).run().await.json();
}

const LIVE: &str = "select count(*) from sessions s where session_is_live(s)";

/// Blocks migrations. At this point of a restore all rows are loaded, and the last step has not begun.
const HOLD: &str = "select pg_advisory_lock(7521412065683141491)";
const RELEASE: &str = "select pg_advisory_unlock_all()";

/// Starts a restore into a new database, and blocks it after the rows are loaded and before the migrations. Returns the
/// connection that holds the lock.
async fn held_back(source: &Source, file: &Path) -> (TestDb, Child, PgConnection) {
    let into = TestDb::empty().await;
    let mut holder = into.connect().await;
    holder.execute(HOLD).await.unwrap();
    let child = source.restore(file, &into).spawn();
    until(&into, "select to_regclass('settings') is not null", true).await;
    until(&into, "select exists (select from settings)", true).await;
    (into, child, holder)
}

/// Checks that another backup is refused, and that the same one is finished.
async fn only_this_one_goes_on(source: &Source, file: &Path, another: &Path, into: &TestDb) {
    assert_eq!(into.value::<i64>(LIVE).await, 0);
    for call in [
        source.restore(another, into),
        source.restore(another, into).args(&["--dry-run"]),
    ] {
        assert_eq!(call.run().await.failed(6)["code"], "not_empty");
    }
    let finished = source.restore(file, into).run().await.json();
    assert_eq!(finished["sessionsEnded"], 51);
    assert_eq!(into.value::<i64>(LIVE).await, 0);
    let open = "select sessions_valid_from <= now() and obj_description('_sqlx_migrations'::regclass) is null from settings";
    assert!(into.value::<bool>(open).await);
}

/// Until the last step, no session of the backup is active. The next run continues from there.
#[tokio::test]
async fn after_a_killed_restore_nobody_can_sign_in_and_the_next_run_finishes_it() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    // The contents of the second backup only differ in the audit log and the settings.
    let trail = "alter table audit_events disable trigger audit_events_append_only;
        delete from audit_events where event = 'backup_created';
        alter table audit_events enable trigger audit_events_append_only;
        update settings set links_valid_from = now()";
    source.db.execute(trail).await;
    let another = source.create("b.dump").await;
    let (into, mut child, mut other) = held_back(&source, &file).await;
    child.kill().await.unwrap();
    other.execute(RELEASE).await.unwrap();
    only_this_one_goes_on(&source, &file, &another, &into).await;
}

#[tokio::test]
async fn a_restore_of_an_older_backup_is_finished_after_its_migrations() {
    let source = Source::new().await;
    let older = "drop index users_search_idx;
        delete from _sqlx_migrations where description = 'users search index'";
    source.db.execute(older).await;
    let file = source.create("a.dump").await;
    let another = source.create("b.dump").await;
    let (into, mut child, mut other) = held_back(&source, &file).await;
    // From here on, migrations run, and the last step waits for this lock.
    let last_step = "begin; lock table settings in share mode";
    other.execute(last_step).await.unwrap();
    other.execute(RELEASE).await.unwrap();
    let migrated = "select exists (select from _sqlx_migrations where description = 'users search index' and success)";
    until(&into, migrated, true).await;
    until(&into, IS_HELD_UP, true).await;
    child.kill().await.unwrap();
    other.execute("rollback").await.unwrap();
    only_this_one_goes_on(&source, &file, &another, &into).await;
}

#[tokio::test]
async fn a_restore_can_be_interrupted_at_its_prompt() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let into = TestDb::empty().await;
    let restore = source.call(&["backup", "restore", text(&file)]);
    is_interrupted_at_its_prompt(restore.env("HALLPASS_RESTORE_URL", &into.url())).await;
    let nothing = "select to_regclass('hallpass.users') is null";
    assert!(into.value::<bool>(nothing).await);
}

#[tokio::test]
async fn an_interrupted_restore_reports_its_state_and_the_next_step() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let (into, child, mut other) = held_back(&source, &file).await;
    signal(&child, "INT").await;
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error: serde_json::Value = serde_json::from_slice(&output.stderr).unwrap();
    assert_eq!(error["code"], "interrupted");
    let detail = error["detail"].as_str().unwrap();
    assert!(
        detail.contains("the rows were restored, but nobody can sign in yet"),
        "{error}"
    );
    assert!(!detail.contains("partial results were removed"), "{error}");
    other.execute(RELEASE).await.unwrap();
    source.restore(&file, &into).run().await.json();
}

#[tokio::test]
async fn rows_of_another_backup_are_not_taken_for_damage() {
    let source = Source::new().await;
    let file = source.create("a.dump").await;
    let another = source.create("b.dump").await;
    let (into, mut child, mut other) = held_back(&source, &file).await;
    child.kill().await.unwrap();
    other.execute(RELEASE).await.unwrap();
    // Restores the state of a moment earlier: the rows are loaded, but not compared yet.
    into.execute("delete from settings; comment on table _sqlx_migrations is null")
        .await;
    let mixed = source.restore(&another, &into).run().await.failed(6);
    assert_eq!(mixed["code"], "not_empty");
    source.restore(&file, &into).run().await.json();
}

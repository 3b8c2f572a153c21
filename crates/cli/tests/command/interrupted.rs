//! The next run finishes a migration that was killed or has failed.

use hallpass_test_support::eventually;
use sqlx::Executor as _;

use crate::signals::until;
use crate::test_db::TestDb;

const INDEX_IS_VALID: &str =
    "select indisvalid from pg_index where indexrelid = 'hallpass.users_search_idx'::regclass";
const UNFINISHED: &str = "select count(*) from _sqlx_migrations where not success";
const FORGET_THE_INDEX: &str = "
    drop index users_search_idx;
    delete from _sqlx_migrations where description = 'users search index'";

async fn is_finished_by_the_next_run(db: &TestDb) {
    db.run(&["migrate"]).await.succeeded();
    assert!(db.value::<bool>(INDEX_IS_VALID).await);
    assert_eq!(db.value::<i64>(UNFINISHED).await, 0);
    let pending = db.run(&["migrate", "--dry-run", "--json"]).await.json();
    assert_eq!(pending["pending"], serde_json::json!([]));
}

/// Waits until the index exists and is not valid: its build has begun, and waits for another transaction.
async fn index_is_being_built(db: &TestDb) {
    let begun = "select exists (select from pg_index where not indisvalid \
        and indexrelid = to_regclass('hallpass.users_search_idx'))";
    eventually("the index is being built", async || {
        db.value::<bool>(begun).await
    })
    .await;
}

#[tokio::test]
async fn a_migration_killed_while_it_builds_an_index_is_finished_by_the_next_run() {
    let db = TestDb::migrated().await;
    db.execute(FORGET_THE_INDEX).await;
    // A concurrent index build waits for all transactions that have written to the table.
    let mut writer = db.connect().await;
    let write = "begin; update users set name = name; lock table users in row exclusive mode";
    writer.execute(write).await.unwrap();
    let mut migrator = db.call(&["migrate"]).spawn();
    index_is_being_built(&db).await;
    migrator.kill().await.unwrap();
    // The server notices that the client is gone, and ends the statement.
    let goes_on = "select exists (select from pg_stat_activity \
        where datname = current_database() and query like '%create index concurrently%' and pid <> pg_backend_pid())";
    until(&db, goes_on, false).await;
    writer.execute("rollback").await.unwrap();
    assert!(!db.value::<bool>(INDEX_IS_VALID).await);
    is_finished_by_the_next_run(&db).await;
}

#[tokio::test]
async fn a_migration_that_waits_for_a_lock_fails_and_can_be_repeated() {
    let db = TestDb::migrated().await;
    db.execute(FORGET_THE_INDEX).await;
    let mut writer = db.connect().await;
    let write = "begin; lock table users in row exclusive mode";
    writer.execute(write).await.unwrap();
    let failed = db.run(&["migrate", "--json"]).await.failed(1);
    assert_eq!(failed["code"], "migration_failed");
    writer.execute("rollback").await.unwrap();
    is_finished_by_the_next_run(&db).await;
}

#[tokio::test]
async fn an_invalid_index_without_a_note_is_built_again() {
    let db = TestDb::migrated().await;
    db.execute(
        "update pg_index set indisvalid = false where indexrelid = 'users_search_idx'::regclass; \
             delete from _sqlx_migrations where description = 'users search index'",
    )
    .await;
    is_finished_by_the_next_run(&db).await;
}

#[tokio::test]
async fn a_migration_marked_as_failed_is_repeated() {
    let db = TestDb::migrated().await;
    db.execute(
        "drop index users_search_idx; \
             update _sqlx_migrations set success = false where description = 'users search index'",
    )
    .await;
    assert_eq!(db.value::<i64>(UNFINISHED).await, 1);
    is_finished_by_the_next_run(&db).await;
}

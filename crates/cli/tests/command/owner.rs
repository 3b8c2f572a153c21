//! An owner who is no superuser, as at hosting providers, can run all commands that need the owner.

use crate::test_db::TestDb;

#[tokio::test]
async fn an_owner_without_superuser_migrates_analyzes_and_purges() {
    let db = TestDb::empty().await;
    let url = db.url_of_owner("ops_plain_owner").await;
    for arguments in [
        ["migrate"].as_slice(),
        &["db", "analyze"],
        &["db", "purge", "--yes"],
        &["db", "indexes"],
        &["sessions", "revoke", "--all", "--yes"],
        &["audit", "recent"],
    ] {
        let call = db.call(arguments).env("DATABASE_URL", &url);
        call.run().await.succeeded();
    }
    let purged = "select count(*) from audit_events where event = 'purge_finished'";
    assert_eq!(db.value::<i64>(purged).await, 1);
}

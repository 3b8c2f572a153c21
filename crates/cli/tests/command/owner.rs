//! An owner who is no superuser, as hosts hand them out, can do everything that is the owner's.

use crate::stand::Stand;

#[tokio::test]
async fn a_plain_owner_migrates_analyzes_and_purges() {
    let stand = Stand::empty().await;
    let url = stand.url_of_owner("ops_plain_owner").await;
    for arguments in [
        ["migrate"].as_slice(),
        &["db", "analyze"],
        &["db", "purge", "--yes"],
        &["db", "indexes"],
        &["sessions", "revoke", "--all", "--yes"],
        &["audit", "recent"],
    ] {
        let call = stand.call(arguments).env("DATABASE_URL", &url);
        call.run().await.succeeded();
    }
    let purged = "select count(*) from audit_events where event = 'purge_finished'";
    assert_eq!(stand.value::<i64>(purged).await, 1);
}

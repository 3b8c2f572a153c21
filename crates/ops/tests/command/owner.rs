//! An owner who is no superuser, as hosts hand them out, can do everything that is the owner's.

use sqlx::AssertSqlSafe;
use sqlx::Executor as _;

use crate::stand::Stand;

#[tokio::test]
async fn a_plain_owner_migrates_analyzes_and_purges() {
    let stand = Stand::empty().await;
    // The role belongs to the server and stays for the next run.
    let role = "do $$ begin create role ops_plain_owner login createrole password 'plain';
        exception when duplicate_object then null; end $$";
    stand.execute(role).await;
    let mut connection = stand.connect().await;
    let name: String = stand.value("select current_database()::text").await;
    let owner = format!(
        "alter database {name} owner to ops_plain_owner; alter schema public owner to ops_plain_owner"
    );
    connection.execute(AssertSqlSafe(owner)).await.unwrap();
    let url = stand.app_url();
    let (_, place) = url.split_once('@').unwrap();
    let url = format!("postgres://ops_plain_owner:plain@{place}");
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

//! The error of every command that reads the database, if the database is unavailable or a privilege is missing.

use serde_json::Value;

use crate::test_db::{SECRET, TestDb, hallpass};

/// Commands that read tables of Hallpass.
const READING: [&[&str]; 9] = [
    &["sessions", "list"],
    &["sessions", "revoke", "--user", "root@example.com"],
    &["sessions", "revoke", "--all", "--yes"],
    &["audit", "recent"],
    &["audit", "suspicious"],
    &["review", "access"],
    &["capacity"],
    &["metrics"],
    &["users", "list"],
];
/// Commands that read the server's own tables, which every role may read.
const OF_THE_SERVER: [&[&str]; 4] = [
    &["db", "connections"],
    &["db", "slow"],
    &["db", "sizes"],
    &["db", "indexes"],
];

fn next_step(error: &Value) -> &str {
    error["nextStep"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn every_command_exits_with_4_if_the_database_is_unavailable() {
    for command in READING.into_iter().chain(OF_THE_SERVER) {
        let call = hallpass(command).args(&["--json"]);
        let call = call
            .env("DATABASE_URL", "postgres://somebody@127.0.0.1:1/nowhere")
            .env("HALLPASS_SECRET", SECRET);
        let error = call.run().await.failed(4);
        assert_eq!(error["code"], "database_unavailable", "{command:?}");
        assert_eq!(
            next_step(&error),
            "run `hallpass doctor` for details",
            "{command:?}"
        );
    }
}

#[tokio::test]
async fn every_command_exits_with_1_and_a_hint_if_the_role_lacks_a_privilege() {
    let db = TestDb::administered().await;
    let stranger = db.url_of_role("ops_stranger", "").await;
    let run = |command: &[&str]| {
        let call = db.call(command).args(&["--json"]);
        call.env("DATABASE_URL", &stranger).run()
    };
    for command in READING {
        let error = run(command).await.failed(1);
        assert_eq!(error["code"], "not_permitted", "{command:?}");
        assert!(
            next_step(&error).contains("hallpass doctor"),
            "{command:?}: {error}"
        );
    }
    let ended = "select count(*) from audit_events where event like '%sessions_ended'";
    assert_eq!(db.value::<i64>(ended).await, 0);

    db.execute("create extension pg_stat_statements schema public")
        .await;
    for command in OF_THE_SERVER {
        run(command).await.succeeded();
    }
    db.execute("revoke select on pg_stat_statements from public")
        .await;
    let error = run(&["db", "slow"]).await.failed(1);
    assert_eq!(error["code"], "not_permitted");
    assert!(next_step(&error).contains("hallpass doctor"), "{error}");
}

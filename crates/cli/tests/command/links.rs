//! Tests of `hallpass links revoke`.

use hallpass_core::Error;

use crate::test_db::{APP_PASSWORD, TestDb, hallpass, redeem};

const LINK: [&str; 5] = [
    "users",
    "set-password",
    "root@example.com",
    "--link",
    "--json",
];

async fn link(db: &TestDb) -> String {
    let answer = db.run(&LINK).await.json();
    let link = answer["setupLink"].as_str().unwrap();
    link.rsplit_once('#').unwrap().1.to_owned()
}

#[tokio::test]
async fn earlier_links_are_revoked_and_later_ones_are_valid() {
    let db = TestDb::administered().await;
    let before = link(&db).await;
    let dry = ["links", "revoke", "--all", "--dry-run", "--json"];
    assert_eq!(db.run(&dry).await.json()["pending"], 1);
    let unsure = ["links", "revoke", "--all", "--json"];
    assert_eq!(db.run(&unsure).await.failed(1)["code"], "not_confirmed");
    let is_untouched = "select links_valid_from = '-infinity' from settings";
    assert!(db.value::<bool>(is_untouched).await);

    let all = ["links", "revoke", "--all", "--yes", "--json"];
    let answer = db.run(&all).await.succeeded();
    assert!(answer.stdout.contains("linksValidFrom"), "{answer:?}");
    let refused = redeem(&db.product(), &before).await;
    assert!(matches!(refused, Err(Error::InvalidLink)), "{refused:?}");
    assert_eq!(db.run(&dry).await.json()["pending"], 0);
    let recorded =
        "select severity || ' ' || request_id from audit_events where event = 'all_links_revoked'";
    assert_eq!(db.value::<String>(recorded).await, "warning links revoke");

    redeem(&db.product(), &link(&db).await).await.unwrap();
}

#[tokio::test]
async fn the_revocation_time_never_moves_back_and_the_functions_role_suffices() {
    let db = TestDb::administered().await;
    let migrate = db.call(&["migrate"]);
    let migrate = migrate.env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    db.execute("update settings set links_valid_from = '2100-01-01 00:00:00+00'")
        .await;
    let all = hallpass(&["links", "revoke", "--all", "--yes"]);
    all.env("DATABASE_URL", &db.app_url())
        .run()
        .await
        .succeeded();
    let moment = "select links_valid_from = '2100-01-01 00:00:00+00' from settings";
    assert!(db.value::<bool>(moment).await);
    assert_eq!(hallpass(&["links", "revoke"]).run().await.code, 2);
}

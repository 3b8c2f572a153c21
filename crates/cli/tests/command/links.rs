//! `hallpass links revoke`.

use hallpass_core::Error;

use crate::stand::{APP_PASSWORD, Stand, hallpass, redeem};

const LINK: [&str; 5] = [
    "users",
    "set-password",
    "root@example.com",
    "--link",
    "--json",
];

async fn link(stand: &Stand) -> String {
    let answer = stand.run(&LINK).await.json();
    let link = answer["setupLink"].as_str().unwrap();
    link.rsplit_once('#').unwrap().1.to_owned()
}

#[tokio::test]
async fn every_link_made_before_is_void_and_a_later_one_is_good() {
    let stand = Stand::administered().await;
    let before = link(&stand).await;
    let dry = ["links", "revoke", "--all", "--dry-run", "--json"];
    assert_eq!(stand.run(&dry).await.json()["pending"], 1);
    let unsure = ["links", "revoke", "--all", "--json"];
    assert_eq!(stand.run(&unsure).await.failed(1)["code"], "not_confirmed");
    let is_untouched = "select links_valid_from = '-infinity' from settings";
    assert!(stand.value::<bool>(is_untouched).await);

    let all = ["links", "revoke", "--all", "--yes", "--json"];
    let answer = stand.run(&all).await.succeeded();
    assert!(answer.stdout.contains("linksValidFrom"), "{answer:?}");
    let refused = redeem(&stand.product(), &before).await;
    assert!(matches!(refused, Err(Error::InvalidLink)), "{refused:?}");
    assert_eq!(stand.run(&dry).await.json()["pending"], 0);
    let recorded =
        "select severity || ' ' || request_id from audit_events where event = 'all_links_revoked'";
    assert_eq!(
        stand.value::<String>(recorded).await,
        "warning links revoke"
    );

    // A link names the second in which it was made.
    stand
        .execute("update settings set links_valid_from = links_valid_from - interval '1 second'")
        .await;
    redeem(&stand.product(), &link(&stand).await).await.unwrap();
}

#[tokio::test]
async fn the_moment_never_goes_back_and_the_functions_role_is_enough() {
    let stand = Stand::administered().await;
    let migrate = stand.call(&["migrate"]);
    let migrate = migrate.env("HALLPASS_APP_PASSWORD", APP_PASSWORD);
    migrate.run().await.succeeded();
    stand
        .execute("update settings set links_valid_from = '2100-01-01 00:00:00+00'")
        .await;
    let all = hallpass(&["links", "revoke", "--all", "--yes"]);
    all.env("DATABASE_URL", &stand.app_url())
        .run()
        .await
        .succeeded();
    let moment = "select links_valid_from = '2100-01-01 00:00:00+00' from settings";
    assert!(stand.value::<bool>(moment).await);
    assert_eq!(hallpass(&["links", "revoke"]).run().await.code, 2);
}

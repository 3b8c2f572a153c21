//! A database belongs to one environment. Others are refused, and a copy is taken over without its sessions and links.

use hallpass_core::Error;
use hallpass_test_support::Call;
use serde_json::Value;

use crate::test_db::{TestDb, find_user};

fn build(db: &TestDb, environment: &str, url: &str) -> Call {
    db.call(&["migrate", "--deploy", "--json"])
        .env("VERCEL_ENV", environment)
        .env("VERCEL_PROJECT_PRODUCTION_URL", "accounts.vercel.app")
        .env("DATABASE_URL", url)
}

async fn owner(db: &TestDb) -> Option<String> {
    db.value("select environment from hallpass.settings").await
}

async fn events(db: &TestDb) -> i64 {
    let count = "select count(*) from hallpass.audit_events where event = 'database_bound'";
    db.value(count).await
}

#[tokio::test]
async fn another_environment_at_the_same_address_is_refused_with_a_reason() {
    let db = TestDb::empty().await;
    build(&db, "production", &db.url()).run().await.json();
    assert_eq!(owner(&db).await.as_deref(), Some("production"));
    let email = "admin@accounts.vercel.app";
    let production = db.product_in("production");
    find_user(&production, email).await.unwrap();
    let refused = find_user(&db.product_in("preview"), email).await;
    assert!(matches!(refused, Err(Error::SharedDatabase(owner)) if owner == "production"));
    // The build of the preview does not change production's schema, and does not fail.
    let skipped = build(&db, "preview", &db.url()).run().await.json();
    let reason = skipped["skipped"].as_str().unwrap();
    assert!(reason.contains("belongs to the environment production"));
    let list = |environment: &str| {
        let call = db.call(&["users", "list", "--json"]);
        call.env("VERCEL_ENV", environment)
    };
    let error = list("preview").run().await.failed(3);
    assert_eq!(error["code"], "shared_database");
    assert!(
        error["nextStep"]
            .as_str()
            .unwrap()
            .contains("VERCEL_ENV=production")
    );
    let shared = list("preview").env("HALLPASS_ALLOW_SHARED_DATABASE", "1");
    shared.run().await.json();
    list("production").run().await.json();
    let doctor = db.call(&["doctor"]).env("VERCEL_ENV", "preview");
    let outcome = doctor.run().await;
    assert_eq!(outcome.code, 1);
    assert!(
        outcome.stdout.contains("environment production"),
        "{outcome:?}"
    );
    assert_eq!(events(&db).await, 1);
}

#[tokio::test]
async fn a_preview_that_migrates_a_copy_takes_it_over_without_sessions_and_links() {
    let db = TestDb::empty().await;
    let built = build(&db, "production", &db.url()).run().await.json();
    let link = built["setupLink"].as_str().unwrap().to_owned();
    let session = "insert into hallpass.sessions (id, user_id, idle_expires_at, expires_at)
        select gen_random_uuid(), id, now() + interval '1 day', now() + interval '1 day' from hallpass.users";
    db.execute(session).await;
    let copy = db.copied().await;
    let preview = build(&copy, "preview", &copy.url()).run().await.json();
    assert_eq!(owner(&copy).await.as_deref(), Some("preview"));
    // Roles belong to the whole server. The original continues to sign in with its own.
    for report in [&built, &preview] {
        let name = report["loginRole"]["name"].as_str().unwrap();
        assert!(db.has_role(name).await, "{name}");
    }
    assert_ne!(built["loginRole"]["name"], preview["loginRole"]["name"]);
    assert_eq!(
        copy.value::<i64>("select count(*) from hallpass.sessions")
            .await,
        0
    );
    let (_, token) = link.split_once('#').unwrap();
    let since = "select links_valid_from > now() - interval '1 minute' from hallpass.settings";
    assert!(copy.value::<bool>(since).await);
    assert!(token.starts_with("hpl_"));
    // Sessions that the preview has created stay active after further builds.
    copy.execute(session).await;
    build(&copy, "preview", &copy.url()).run().await.json();
    assert_eq!(
        copy.value::<i64>("select count(*) from hallpass.sessions")
            .await,
        1
    );
    assert_eq!(events(&copy).await, 2, "production's, copied, and its own");
    // The original database is unchanged.
    assert_eq!(owner(&db).await.as_deref(), Some("production"));
    assert_eq!(
        db.value::<i64>("select count(*) from hallpass.sessions")
            .await,
        1
    );
    let production = db.product_in("production");
    find_user(&production, "admin@accounts.vercel.app")
        .await
        .unwrap();
}

#[tokio::test]
async fn production_takes_over_the_database_of_a_preview_which_is_then_refused() {
    let db = TestDb::empty().await;
    build(&db, "preview", &db.url()).run().await.json();
    assert_eq!(owner(&db).await.as_deref(), Some("preview"));
    let by_hand = db.call(&["migrate"]).env("VERCEL_ENV", "production");
    let outcome = by_hand.run().await.succeeded();
    assert!(
        outcome
            .stdout
            .contains("Bound   to production (previously to preview)")
    );
    let skipped = build(&db, "preview", &db.url()).run().await.json();
    assert_ne!(skipped["skipped"], Value::Null);
}

#[tokio::test]
async fn an_operator_who_names_no_environment_binds_nothing() {
    let db = TestDb::migrated().await;
    assert_eq!(owner(&db).await, None);
}

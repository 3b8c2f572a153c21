//! Tests of `hallpass migrate --deploy`: the build step, and the first administrator's one-time link in its log.

use hallpass_core::Error;
use hallpass_test_support::Call;

use crate::test_db::{TestDb, find_user, redeem};

const HOST: &str = "accounts.vercel.app";

fn build(db: &TestDb) -> Call {
    db.call(&["migrate", "--deploy"])
        .env("VERCEL_ENV", "production")
        .env("VERCEL_PROJECT_PRODUCTION_URL", HOST)
}

/// The token of the one-time link in a log. The link is on a line of its own.
fn token(log: &str) -> Option<String> {
    let start = format!("https://{HOST}/welcome#");
    let line = log.lines().find_map(|line| line.strip_prefix(&start))?;
    Some(line.to_owned())
}

async fn open(db: &TestDb, token: &str) -> Result<(), Error> {
    redeem(&db.product_in("production"), token).await
}

#[tokio::test]
async fn only_the_newest_link_works_and_only_until_an_administrator_has_a_password() {
    let db = TestDb::empty().await;
    let first = build(&db).run().await.succeeded();
    let old = token(&first.stdout).expect("a link");
    assert!(first.stdout.contains(&format!("admin@{HOST}")));
    let second = build(&db).run().await.succeeded();
    let new = token(&second.stdout).expect("a newer link");
    assert!(matches!(open(&db, &old).await, Err(Error::InvalidLink)));
    open(&db, &new).await.unwrap();
    assert!(matches!(open(&db, &new).await, Err(Error::InvalidLink)));
    let third = build(&db).run().await.succeeded();
    assert_eq!(token(&third.stdout), None);
    assert!(!third.stdout.contains("hpl_"));
    assert_eq!(db.value::<i64>("select count(*) from users").await, 1);
    let events =
        "select string_agg(event, ' ' order by id) from audit_events where actor_id is null";
    let trail: String = db.value(events).await;
    assert_eq!(
        trail,
        "schema_migrated database_bound user_created setup_link_made link_refused link_refused"
    );
}

#[tokio::test]
async fn no_link_is_created_after_the_first_password_even_if_all_passwords_are_removed() {
    let db = TestDb::empty().await;
    let first = build(&db).run().await.succeeded();
    open(&db, &token(&first.stdout).unwrap()).await.unwrap();
    db.execute(
        "update users set password_hash = null, credential_version = credential_version + 1",
    )
    .await;
    let second = build(&db).run().await.succeeded();
    assert!(!second.stdout.contains("hpl_"), "{}", second.stdout);
}

#[tokio::test]
async fn the_first_administrator_has_the_configured_address() {
    let db = TestDb::empty().await;
    let call = build(&db).args(&["--json"]);
    let json = call
        .env("HALLPASS_ADMIN_EMAIL", "Ada@example.com")
        .run()
        .await
        .json();
    assert_eq!(json["administrator"]["email"], "Ada@example.com");
    assert!(
        json["setupLink"]
            .as_str()
            .unwrap()
            .starts_with(&format!("https://{HOST}/welcome#hpl_"))
    );
    assert!(json["expiresAt"].is_string());
    let production = db.product_in("production");
    let found = find_user(&production, "ada@EXAMPLE.com").await.unwrap();
    assert_eq!(found.roles, ["admin"]);
}

#[tokio::test]
async fn two_concurrent_builds_create_one_administrator() {
    let db = TestDb::migrated().await;
    let (one, other) = tokio::join!(build(&db).run(), build(&db).run());
    let logs = [one.succeeded().stdout, other.succeeded().stdout];
    assert_eq!(db.value::<i64>("select count(*) from users").await, 1);
    let mut works = 0;
    for token in logs.iter().filter_map(|log| token(log)) {
        works += i32::from(open(&db, &token).await.is_ok());
    }
    assert_eq!(works, 1);
}

#[tokio::test]
async fn no_administrator_is_created_if_there_are_users() {
    let db = TestDb::migrated().await;
    db.create("somebody@example.com", "user").await;
    let outcome = build(&db).run().await.succeeded();
    assert_eq!(token(&outcome.stdout), None);
    assert_eq!(db.value::<i64>("select count(*) from users").await, 1);
}

#[tokio::test]
async fn unconfigured_previews_and_disabled_builds_skip_the_database() {
    let db = TestDb::empty().await;
    let preview = build(&db)
        .env("VERCEL_ENV", "preview")
        .without("DATABASE_URL");
    let outcome = preview.run().await.succeeded();
    assert!(
        outcome.stdout.contains("VERCEL_ENV is preview"),
        "{outcome:?}"
    );
    let never = build(&db).env("HALLPASS_MIGRATE_ON_BUILD", "0");
    let json = never.args(&["--json"]).run().await.json();
    assert_eq!(json["skipped"], "HALLPASS_MIGRATE_ON_BUILD is 0");
    let is_migrated = "select to_regclass('users') is not null";
    assert!(!db.value::<bool>(is_migrated).await);
}

#[tokio::test]
async fn nothing_is_changed_if_the_link_could_not_be_created() {
    let db = TestDb::empty().await;
    let cases = [
        build(&db).without("HALLPASS_SECRET"),
        build(&db).env("HALLPASS_ADMIN_EMAIL", "nobody"),
        build(&db).without("VERCEL_PROJECT_PRODUCTION_URL"),
    ];
    for case in cases {
        case.args(&["--json"]).run().await.failed(3);
    }
    let schema = "select to_regnamespace('hallpass') is not null";
    assert!(!db.value::<bool>(schema).await);
}

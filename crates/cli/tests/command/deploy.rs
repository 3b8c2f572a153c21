//! `hallpass migrate --deploy`: the build step, and the first administrator's link in its log.

use hallpass_core::Error;

use crate::stand::{Call, Stand, find_user, redeem};

const HOST: &str = "accounts.vercel.app";

fn build(stand: &Stand) -> Call {
    stand
        .call(&["migrate", "--deploy"])
        .env("VERCEL_ENV", "production")
        .env("VERCEL_PROJECT_PRODUCTION_URL", HOST)
}

/// The token of the link in a log, which stands on a line of its own.
fn token(log: &str) -> Option<String> {
    let start = format!("https://{HOST}/welcome#");
    let line = log.lines().find_map(|line| line.strip_prefix(&start))?;
    Some(line.to_owned())
}

async fn open(stand: &Stand, token: &str) -> Result<(), Error> {
    redeem(&stand.product_in("production"), token).await
}

#[tokio::test]
async fn the_link_works_once_and_the_newest_only_until_somebody_enters() {
    let stand = Stand::empty().await;
    let first = build(&stand).run().await.succeeded();
    let old = token(&first.stdout).expect("a link");
    assert!(first.stdout.contains(&format!("admin@{HOST}")));
    let second = build(&stand).run().await.succeeded();
    let new = token(&second.stdout).expect("a newer link");
    assert!(matches!(open(&stand, &old).await, Err(Error::InvalidLink)));
    open(&stand, &new).await.unwrap();
    assert!(matches!(open(&stand, &new).await, Err(Error::InvalidLink)));
    let third = build(&stand).run().await.succeeded();
    assert_eq!(token(&third.stdout), None);
    assert!(!third.stdout.contains("hpl_"));
    assert_eq!(stand.value::<i64>("select count(*) from users").await, 1);
    let events =
        "select string_agg(event, ' ' order by id) from audit_events where actor_id is null";
    let trail: String = stand.value(events).await;
    assert_eq!(
        trail,
        "schema_migrated database_bound user_created setup_link_made link_refused link_refused"
    );
}

#[tokio::test]
async fn no_link_is_made_once_somebody_has_entered_even_if_every_password_is_taken_away() {
    let stand = Stand::empty().await;
    let first = build(&stand).run().await.succeeded();
    open(&stand, &token(&first.stdout).unwrap()).await.unwrap();
    stand
        .execute(
            "update users set password_hash = null, credential_version = credential_version + 1",
        )
        .await;
    let second = build(&stand).run().await.succeeded();
    assert!(!second.stdout.contains("hpl_"), "{}", second.stdout);
}

#[tokio::test]
async fn the_administrator_has_the_address_that_is_given() {
    let stand = Stand::empty().await;
    let call = build(&stand).args(&["--json"]);
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
    let production = stand.product_in("production");
    let found = find_user(&production, "ada@EXAMPLE.com").await.unwrap();
    assert_eq!(found.roles, ["admin"]);
}

#[tokio::test]
async fn two_builds_at_once_make_one_administrator() {
    let stand = Stand::migrated().await;
    let (one, other) = tokio::join!(build(&stand).run(), build(&stand).run());
    let logs = [one.succeeded().stdout, other.succeeded().stdout];
    assert_eq!(stand.value::<i64>("select count(*) from users").await, 1);
    let mut works = 0;
    for token in logs.iter().filter_map(|log| token(log)) {
        works += i32::from(open(&stand, &token).await.is_ok());
    }
    assert_eq!(works, 1);
}

#[tokio::test]
async fn a_system_with_users_gets_no_administrator_by_itself() {
    let stand = Stand::migrated().await;
    stand.create("somebody@example.com", "user").await;
    let outcome = build(&stand).run().await.succeeded();
    assert_eq!(token(&outcome.stdout), None);
    assert_eq!(stand.value::<i64>("select count(*) from users").await, 1);
}

#[tokio::test]
async fn previews_and_whoever_says_so_leave_the_database_alone() {
    let stand = Stand::empty().await;
    let preview = build(&stand)
        .env("VERCEL_ENV", "preview")
        .without("DATABASE_URL");
    let outcome = preview.run().await.succeeded();
    assert!(
        outcome.stdout.contains("VERCEL_ENV is preview"),
        "{outcome:?}"
    );
    let never = build(&stand).env("HALLPASS_MIGRATE_ON_BUILD", "0");
    let json = never.args(&["--json"]).run().await.json();
    assert_eq!(json["skipped"], "HALLPASS_MIGRATE_ON_BUILD is 0");
    let is_migrated = "select to_regclass('users') is not null";
    assert!(!stand.value::<bool>(is_migrated).await);
}

#[tokio::test]
async fn nothing_changes_where_the_link_could_not_be_made() {
    let stand = Stand::empty().await;
    let cases = [
        build(&stand).without("HALLPASS_SECRET"),
        build(&stand).env("HALLPASS_ADMIN_EMAIL", "nobody"),
        build(&stand).without("VERCEL_PROJECT_PRODUCTION_URL"),
    ];
    for case in cases {
        case.args(&["--json"]).run().await.failed(3);
    }
    let schema = "select to_regnamespace('hallpass') is not null";
    assert!(!stand.value::<bool>(schema).await);
}

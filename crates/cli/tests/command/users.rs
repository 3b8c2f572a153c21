//! Tests of `hallpass users`: effects on the account, its sessions and the audit log.

use hallpass_core::passwords::Password;
use hallpass_core::sign_in::{Credentials, sign_in};
use hallpass_core::{Client, Error};
use serde_json::json;

use crate::test_db::{TestDb, redeem};

const LIVE: &str = "select count(*) from sessions where revoked_at is null";

async fn enter(db: &TestDb, email: &str, password: &str) -> Result<(), Error> {
    let credentials = Credentials {
        email: email.to_owned(),
        password: Password::from(password),
        device: None,
        replaces: None,
    };
    let client = Client::operator("test");
    let entered = sign_in(&db.product(), credentials, &client).await;
    entered.map(|_| ())
}

async fn open(db: &TestDb, link: &str) -> Result<(), Error> {
    let (_, token) = link.split_once("/welcome#").unwrap();
    redeem(&db.product(), token).await
}

#[tokio::test]
async fn a_user_with_a_password_can_sign_in() {
    let db = TestDb::migrated().await;
    let created = db.create("Ada@Example.com", "admin").await;
    assert_eq!(created["email"], "Ada@Example.com");
    assert_eq!(created["roles"], json!(["admin"]));
    assert_eq!(created["isActive"], true);
    assert_eq!(created["version"], 1);
    assert!(created.get("setupLink").is_none());
    enter(&db, "ada@example.com", "correct horse battery")
        .await
        .unwrap();
    let shown = db
        .run(&["users", "show", "ADA@example.com", "--json"])
        .await
        .json();
    assert_eq!(shown["id"], created["id"]);
    assert!(shown["lastLoginAt"].is_string());
    let id = created["id"].as_str().unwrap();
    let by_id = db.run(&["users", "show", id, "--json"]).await.json();
    assert_eq!(by_id, shown);
}

#[tokio::test]
async fn a_user_without_a_password_gets_a_link_that_works_once() {
    let db = TestDb::administered().await;
    let arguments = [
        "users",
        "create",
        "--email",
        "a@example.com",
        "--name",
        "A",
        "--json",
    ];
    let call = db
        .call(&arguments)
        .env("HALLPASS_URL", "https://accounts.example.com");
    let created = call.run().await.json();
    assert_eq!(created["roles"], json!(["user"]));
    assert!(created["expiresAt"].is_string());
    let link = created["setupLink"].as_str().unwrap();
    assert!(link.starts_with("https://accounts.example.com/welcome#hpl_"));
    open(&db, link).await.unwrap();
    assert!(matches!(open(&db, link).await, Err(Error::InvalidLink)));
    enter(&db, "a@example.com", "zebra umbrella note")
        .await
        .unwrap();
}

#[tokio::test]
async fn deactivating_ends_the_sessions_and_activating_does_not_restore_them() {
    let db = TestDb::administered().await;
    db.create("a@example.com", "user").await;
    enter(&db, "a@example.com", "correct horse battery")
        .await
        .unwrap();
    assert_eq!(db.value::<i64>(LIVE).await, 1);
    let deactivate = ["users", "deactivate", "a@example.com", "--json"];
    let user = db.run(&deactivate).await.json();
    assert_eq!(
        (&user["isActive"], &user["version"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(db.value::<i64>(LIVE).await, 0);
    let refused = enter(&db, "a@example.com", "correct horse battery").await;
    assert!(matches!(refused, Err(Error::InvalidCredentials)));
    // Deactivating the user again changes nothing and records no event.
    assert_eq!(db.run(&deactivate).await.json(), user);
    let activate = ["users", "activate", "a@example.com", "--json"];
    let user = db.run(&activate).await.json();
    assert_eq!(
        (&user["isActive"], &user["version"]),
        (&json!(true), &json!(3))
    );
    assert_eq!(db.value::<i64>(LIVE).await, 0);
    enter(&db, "a@example.com", "correct horse battery")
        .await
        .unwrap();
    let deactivations = "select count(*) from audit_events where event = 'user_deactivated'";
    assert_eq!(db.value::<i64>(deactivations).await, 1);
}

#[tokio::test]
async fn set_roles_replaces_the_roles() {
    let db = TestDb::administered().await;
    db.create("a@example.com", "manager").await;
    let arguments = [
        "users",
        "set-roles",
        "a@example.com",
        "--role",
        "viewer",
        "--role",
        "admin",
    ];
    let user = db.call(&arguments).args(&["--json"]).run().await.json();
    assert_eq!(user["roles"], json!(["admin", "viewer"]));
    assert_eq!(user["version"], 2);
    let said = db.run(&arguments).await.succeeded();
    assert_eq!(said.stdout, "a@example.com has the roles admin, viewer\n");
    let details = "select details from audit_events where event = 'user_roles_changed'";
    let details: serde_json::Value = db.value(details).await;
    let expected = json!({"rolesBefore": ["manager"], "roles": ["admin", "viewer"], "version": 2});
    assert_eq!(details, expected);
}

#[tokio::test]
async fn set_password_ends_sessions_and_older_links() {
    let db = TestDb::administered().await;
    db.create("a@example.com", "user").await;
    let link = ["users", "set-password", "a@example.com", "--link", "--json"];
    let link = db.run(&link).await.json();
    let link = link["setupLink"].as_str().unwrap().to_owned();
    enter(&db, "a@example.com", "correct horse battery")
        .await
        .unwrap();
    let arguments = ["users", "set-password", "a@example.com", "--password-stdin"];
    // A byte order mark and one line end are removed, but spaces are a part of the password.
    let call = db
        .call(&arguments)
        .input("\u{feff} several words of mine \r\n");
    let said = call.run().await.succeeded();
    assert_eq!(
        said.stdout,
        "a@example.com has a new password; all sessions ended\n"
    );
    assert_eq!(db.value::<i64>(LIVE).await, 0);
    assert!(matches!(open(&db, &link).await, Err(Error::InvalidLink)));
    let old = enter(&db, "a@example.com", "correct horse battery").await;
    assert!(matches!(old, Err(Error::InvalidCredentials)));
    enter(&db, "a@example.com", " several words of mine ")
        .await
        .unwrap();
}

#[tokio::test]
async fn a_newer_link_ends_the_older_one() {
    let db = TestDb::administered().await;
    let arguments = [
        "users",
        "set-password",
        "root@example.com",
        "--link",
        "--json",
    ];
    let old = db.run(&arguments).await.json();
    let new = db.run(&arguments).await.json();
    let link = |json: &serde_json::Value| json["setupLink"].as_str().unwrap().to_owned();
    assert!(matches!(
        open(&db, &link(&old)).await,
        Err(Error::InvalidLink)
    ));
    open(&db, &link(&new)).await.unwrap();
}

#[tokio::test]
async fn audit_events_have_the_command_and_no_actor() {
    let db = TestDb::administered().await;
    let id = db.create("a@example.com", "user").await["id"].clone();
    for arguments in [
        ["users", "set-roles", "a@example.com", "--role", "viewer"].as_slice(),
        &["users", "deactivate", "a@example.com"],
        &["users", "activate", "a@example.com"],
        &["users", "set-password", "a@example.com", "--link"],
    ] {
        db.run(arguments).await.succeeded();
    }
    let password = ["users", "set-password", "a@example.com", "--password-stdin"];
    let call = db.call(&password).input("zebra umbrella note\n");
    call.run().await.succeeded();
    let trail: serde_json::Value = db
        .value(
            "select jsonb_agg(jsonb_build_array(event, request_id, actor_id, session_id, subject_id) order by id) \
             from audit_events where subject_id = (select id from users where email = 'a@example.com')",
        )
        .await;
    let expected = [
        ("user_created", "users create"),
        ("user_roles_changed", "users set-roles"),
        ("user_deactivated", "users deactivate"),
        ("user_reactivated", "users activate"),
        ("setup_link_made", "users set-password"),
        ("password_set_by_operator", "users set-password"),
    ];
    let expected = expected.map(|(event, command)| json!([event, command, null, null, id]));
    assert_eq!(trail, json!(expected));
}

//! Login roles of the functions: one with least privileges for each secret in use.

use hallpass_core::db::Idempotency;
use hallpass_core::{AppContext, Config};
use hallpass_test_support::{Call, eventually, server};
use serde_json::Value;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{Connection as _, Executor as _, Row as _};

use crate::test_db::{TestDb, hallpass};

/// A secret that only this test uses, because the roles of a secret belong to the whole server.
async fn secret() -> String {
    let made = hallpass(&["secrets", "new"]).run().await.succeeded();
    made.stdout.trim().to_owned()
}

/// An owner as at a hosting provider, who has created the role of the functions. That role may exist already.
async fn owner(db: &TestDb, name: &str) -> String {
    let url = db.url_of_owner(name).await;
    db.execute(&format!(
        "{}; grant hallpass_app to {name} with admin option",
        server::create_role("hallpass_app")
    ))
    .await;
    url
}

fn build(db: &TestDb, url: &str, secret: &str) -> Call {
    db.call(&["migrate", "--deploy", "--json"])
        .env("VERCEL_ENV", "production")
        .env("VERCEL_PROJECT_PRODUCTION_URL", "accounts.vercel.app")
        .env("DATABASE_URL", url)
        .env("HALLPASS_SECRET", secret)
}

async fn login(call: Call) -> String {
    let report = call.run().await.json();
    assert_eq!(report["loginRole"]["reason"], Value::Null, "{report}");
    report["loginRole"]["name"].as_str().unwrap().to_owned()
}

/// The role that the functions of a deployment connect as.
async fn user(url: &str, secret: &str) -> String {
    let config = Config::read(&|name| match name {
        "DATABASE_URL" => Some(url.to_owned()),
        "HALLPASS_SECRET" => Some(secret.to_owned()),
        "VERCEL_ENV" => Some("production".to_owned()),
        _ => None,
    });
    let hallpass = AppContext::new(config.unwrap(), |_| unreachable!("no service is named"));
    let asked = hallpass.db.fetch_one(Idempotency::Idempotent, || {
        sqlx::query("select current_user::text").try_map(|row: PgRow| row.try_get::<String, _>(0))
    });
    asked.await.unwrap()
}

/// Waits until a role has no connection. The server takes a moment to notice that one is closed.
async fn disconnected(db: &TestDb, role: &str) {
    let count = format!("select count(*) from pg_stat_activity where usename = '{role}'");
    let is_zero = async || db.value::<i64>(&count).await == 0;
    eventually("the connections of the role are closed", is_zero).await;
}

#[tokio::test]
async fn a_deployment_with_only_the_owners_url_connects_with_least_privilege() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_login_owner").await;
    let secret = secret().await;
    assert_eq!(
        user(&owner, &secret).await,
        "ops_login_owner",
        "before the first build"
    );
    let login = login(build(&db, &owner, &secret)).await;
    assert_eq!(user(&owner, &secret).await, login);
    let limits = "select array_to_string(array_agg(setting order by setting), ' ')
        from pg_db_role_setting s, unnest(s.setconfig) as setting
        where s.setrole = (select login_roles[1] from hallpass.settings)::regrole";
    assert_eq!(
        db.value::<String>(limits).await,
        "idle_in_transaction_session_timeout=10s lock_timeout=2s statement_timeout=8s"
    );
    let doctor = db
        .call(&["doctor", "--json"])
        .env("DATABASE_URL", &owner)
        .env("HALLPASS_SECRET", &secret)
        .env("VERCEL_ENV", "production");
    let report = doctor.run().await;
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let least = checks
        .iter()
        .find(|check| check["name"] == "leastPrivilege");
    let least = least.unwrap();
    assert_eq!(least["status"], "ok", "{least}");
    assert!(
        least["detail"].as_str().unwrap().starts_with(&login),
        "{least}"
    );
    db.execute(&format!("drop role {login}")).await;
}

/// The stored verifier of the password.
const STORED: &str = "select rolpassword from pg_authid where rolname = (select login_roles[1] from hallpass.settings)";

/// The salt is derived from the secret. If the server were given a plain-text password, which it may log, it would
/// choose another salt.
#[tokio::test]
async fn the_server_is_given_a_verifier_and_no_password() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_verifier_owner").await;
    let secret = secret().await;
    let mut verifiers = Vec::new();
    for _ in 0..2 {
        let made = login(build(&db, &owner, &secret)).await;
        verifiers.push(db.value::<String>(STORED).await);
        db.execute(&format!("drop role {made}")).await;
    }
    assert!(verifiers[0].starts_with("SCRAM-SHA-256$"));
    assert_eq!(verifiers[0], verifiers[1]);
}

/// A build creates the role before it grants the rights, and roles belong to all databases of a server.
#[tokio::test]
async fn a_login_role_without_rights_in_this_database_is_not_used() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_unfinished_owner").await;
    let secret = secret().await;
    let made = login(build(&db, &owner, &secret)).await;
    let revoke = format!("revoke hallpass_app from {made} granted by ops_unfinished_owner");
    db.execute(&revoke).await;
    assert_eq!(user(&owner, &secret).await, "ops_unfinished_owner");
    login(build(&db, &owner, &secret)).await;
    assert_eq!(user(&owner, &secret).await, made);
    db.execute(&format!("drop role {made}")).await;
}

#[tokio::test]
async fn a_refused_login_role_does_not_stop_the_functions_and_is_renewed() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_refused_owner").await;
    let secret = secret().await;
    let made = login(build(&db, &owner, &secret)).await;
    let verifier: String = db.value(STORED).await;
    for broken in ["nologin", "password 'of somebody else'"] {
        db.execute(&format!("alter role {made} {broken}")).await;
        assert_eq!(user(&owner, &secret).await, "ops_refused_owner", "{broken}");
        login(build(&db, &owner, &secret)).await;
        assert_eq!(user(&owner, &secret).await, made, "{broken}");
        let repaired: String = db.value(STORED).await;
        assert_eq!(repaired, verifier, "no password in clear: {broken}");
    }
    db.execute(&format!("drop role {made}")).await;
}

/// A deployment from before the secret was changed may still answer requests over its connections.
#[tokio::test]
async fn a_retired_login_stays_while_it_is_connected() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_connected_owner").await;
    let (old, new) = (secret().await, secret().await);
    let first = login(build(&db, &owner, &old)).await;
    db.execute(&format!("alter role {first} password 'of this test'"))
        .await;
    let url = db.direct_url(&first, "of this test");
    let mut connected = PgConnection::connect(&url).await.unwrap();
    let second = login(build(&db, &owner, &new)).await;
    assert!(db.has_role(&first).await);
    let read = connected.execute("select count(*) from hallpass.users");
    read.await.unwrap();
    connected.close().await.unwrap();
    disconnected(&db, &first).await;
    assert_eq!(login(build(&db, &owner, &new)).await, second);
    assert!(!db.has_role(&first).await);
    db.execute(&format!("drop role {second}")).await;
}

#[tokio::test]
async fn each_secret_in_use_has_a_login_and_a_retired_one_has_none() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_retire_owner").await;
    let (old, new) = (secret().await, secret().await);
    let first = login(build(&db, &owner, &old)).await;
    let both = build(&db, &owner, &new).env("HALLPASS_SECRET_PREVIOUS", &old);
    let second = login(both).await;
    assert_ne!(first, second);
    assert_eq!(user(&owner, &old).await, first);
    assert_eq!(user(&owner, &new).await, second);
    disconnected(&db, &first).await;
    assert_eq!(login(build(&db, &owner, &new)).await, second);
    assert!(!db.has_role(&first).await);
    // A deployment from before the rotation continues to work, as the user in its URL.
    assert_eq!(user(&owner, &old).await, "ops_retire_owner");
    db.execute(&format!("drop role {second}")).await;
}

#[tokio::test]
async fn without_createrole_the_build_reports_it_and_continues() {
    let db = TestDb::empty().await;
    let owner = owner(&db, "ops_roleless_owner").await;
    db.execute("alter role ops_roleless_owner nocreaterole")
        .await;
    let secret = secret().await;
    let report = build(&db, &owner, &secret).run().await.succeeded();
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["loginRole"]["name"], Value::Null);
    assert!(!report["loginRole"]["reason"].as_str().unwrap().is_empty());
    assert_eq!(user(&owner, &secret).await, "ops_roleless_owner");
}

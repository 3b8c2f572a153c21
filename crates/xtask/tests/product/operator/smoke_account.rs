//! Tests of the temporary account of `hallpass smoke`: how it is removed, and what a dry run reports.

use hallpass_test_support::{Call, client::send};
use hyper::Request;
use serde_json::{Value, json};

use super::deployment::{ACCOUNTS, Deployment};
use super::hallpass;
use crate::test_app::{APP_PASSWORD, EMAIL, PASSWORD};

const ACTIVE: &str =
    "select count(*) from hallpass.users where email like '%@smoke.invalid' and is_active";
/// Makes all accounts older than any run takes.
const AGED: &str = "update hallpass.users set created_at = created_at - interval '16 minutes'";

/// The command with a role that may not delete users.
fn as_app(deployment: &Deployment, arguments: &[&str]) -> Call {
    let postgres = &deployment.app.postgres;
    let app = postgres.url("hallpass_app", APP_PASSWORD, "postgres");
    hallpass(arguments).env("DATABASE_URL", &app)
}

fn removal(answer: &Value) -> &str {
    let last = answer["steps"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["name"], &last["passed"]),
        (&json!("accountRemoved"), &json!(true))
    );
    last["detail"].as_str().unwrap()
}

#[tokio::test]
async fn accounts_of_killed_runs_are_removed_and_those_of_active_runs_are_kept() {
    let deployment = Deployment::start().await;
    deployment
        .execute(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, is_temporary, created_at) \
             select gen_random_uuid(), name || '@smoke.invalid', name || '@smoke.invalid', name, name, '{viewer}', \
             true, now() - age from (values ('killed', interval '16 minutes'), ('running', interval '14 minutes')) a (name, age)",
        )
        .await;
    deployment
        .execute(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized, created_at) values \
             (gen_random_uuid(), 'somebody@smoke.invalid', 'somebody@smoke.invalid', 'S', 's', now() - interval '1 day')",
        )
        .await;
    let outcome = deployment
        .hallpass(&["smoke", &deployment.url()])
        .run()
        .await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(
        outcome.stderr.contains("removed 1 account "),
        "{outcome:#?}"
    );
    assert_eq!(deployment.count(ACCOUNTS).await, 2);
    // An administrator may have assigned such an address to a user before the domain was reserved.
    let kept = "select count(*) from hallpass.users where email = 'somebody@smoke.invalid'";
    assert_eq!(deployment.count(kept).await, 1);
    let running = "select count(*) from hallpass.users where email = 'running@smoke.invalid'";
    assert_eq!(deployment.count(running).await, 1);
    deployment.stop().await;
}

/// An account is not temporary because of its domain alone, however it got that address.
#[tokio::test]
async fn a_manager_cannot_make_a_run_delete_a_user() {
    let deployment = Deployment::start().await;
    let app = &deployment.app;
    for (email, role) in [("mia@example.com", "manager"), ("bob@example.com", "user")] {
        let person = format!(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, password_hash)
            select gen_random_uuid(), '{email}', '{email}', 'P', 'p', '{{{role}}}', password_hash
            from hallpass.users where email = '{EMAIL}'"
        );
        deployment.execute(&person).await;
    }
    let credentials =
        json!({ "email": "mia@example.com", "password": PASSWORD, "delivery": "body" });
    let manager = app.post("/api/login", &credentials).await;
    let manager = manager.field("accessToken");
    let found = app.get("/api/users?q=bob", &manager).await;
    let found = found.json();
    let id = found["items"][0]["id"].as_str().unwrap();
    let rename = Request::patch(app.address(&format!("/api/users/{id}")))
        .header("authorization", format!("Bearer {manager}"))
        .header("content-type", "application/json")
        .header("if-match", "\"1\"");
    let renamed = json!({ "email": "bob@smoke.invalid" }).to_string();
    let answer = send(rename.body(renamed).unwrap()).await;
    assert_eq!(
        answer.json()["errors"][0]["code"],
        "reserved_email",
        "{answer:?}"
    );

    // An account that has had such an address since before the domain was reserved is not deleted either.
    deployment
        .execute("update hallpass.users set email = 'bob@smoke.invalid', email_normalized = 'bob@smoke.invalid' where email like 'bob@%'")
        .await;
    deployment.execute(AGED).await;
    let smoke = deployment.hallpass(&["smoke", &deployment.url()]);
    let outcome = smoke.run().await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    let kept =
        "select count(*) from hallpass.users where email = 'bob@smoke.invalid' and is_active";
    assert_eq!(deployment.count(kept).await, 1);
    deployment.stop().await;
}

#[tokio::test]
async fn a_role_that_may_not_delete_users_deactivates_the_account_and_reports_it() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    let answer = as_app(&deployment, &["smoke", &url, "--json"])
        .run()
        .await
        .report(0);
    assert!(
        removal(&answer).starts_with("the temporary account was deactivated"),
        "{answer}"
    );
    assert_eq!(deployment.count(ACCOUNTS).await, 1);
    assert_eq!(deployment.count(ACTIVE).await, 0);

    // Another run with this role cannot delete the account either.
    deployment.execute(AGED).await;
    let outcome = as_app(&deployment, &["smoke", &url]).run().await;
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert_eq!(outcome.stderr, "");
    assert_eq!(deployment.count(ACCOUNTS).await, 2);

    // A run with the owner's role deletes all temporary accounts, whether they are active or not.
    deployment.execute(AGED).await;
    let outcome = deployment.hallpass(&["smoke", &url]).run().await;
    assert!(
        outcome.stderr.contains("removed 2 accounts "),
        "{outcome:#?}"
    );
    assert!(
        outcome.stdout.contains("the temporary account was erased"),
        "{outcome:#?}"
    );
    assert_eq!(deployment.count(ACCOUNTS).await, 0);
    deployment.stop().await;
}

#[tokio::test]
async fn a_dry_run_reports_what_would_be_created_and_changes_nothing() {
    let deployment = Deployment::start().await;
    let url = deployment.url();
    deployment
        .execute(
            "insert into hallpass.users (id, email, email_normalized, name, name_normalized, roles, is_temporary, is_active, created_at) \
             select gen_random_uuid(), name || '@smoke.invalid', name || '@smoke.invalid', name, name, '{viewer}', \
             true, name = 'killed', now() - interval '16 minutes' from (values ('killed'), ('kept')) a (name)",
        )
        .await;
    let arguments = ["smoke", &url, "--dry-run", "--json"];
    let answer = deployment.hallpass(&arguments).run().await.report(0);
    assert_eq!(
        (&answer["dryRun"], &answer["health"]),
        (&json!(true), &json!("healthy"))
    );
    assert_eq!(answer["account"]["isErased"], true);
    assert_eq!(answer["account"]["leftBehind"], 2);
    let people = deployment.hallpass(&arguments[..3]).run().await;
    let said = "Would remove 2 accounts left behind by earlier runs";
    assert!(people.stdout.contains(said), "{people:#?}");
    // The dry run with the functions' role reports what that role can do.
    let answer = as_app(&deployment, &arguments).run().await.report(0);
    assert_eq!(answer["account"]["isErased"], false);
    assert_eq!(answer["account"]["leftBehind"], 1);
    let public = hallpass(&["smoke", &url, "--public", "--dry-run", "--json"]);
    assert_eq!(public.run().await.report(0)["account"], Value::Null);
    assert_eq!(deployment.count(ACCOUNTS).await, 2);
    let told = "select count(*) from hallpass.audit_events where event in ('user_created', 'user_erased', 'login')";
    assert_eq!(deployment.count(told).await, 0);

    deployment
        .execute("revoke insert on hallpass.users from hallpass_app")
        .await;
    let denied = as_app(&deployment, &arguments).run().await;
    assert_eq!(denied.failed(1)["code"], "not_permitted");
    let away = hallpass(&arguments).env("DATABASE_URL", "postgres://x@127.0.0.1:1/x");
    assert_eq!(away.run().await.failed(4)["code"], "database_unavailable");
    deployment.stop().await;
}

//! The database contains tables of another application with the same names, and its `search_path` finds them first. The
//! database of every test has such tables in `public`; here the application's role may also use them.

use serde_json::{Value, json};

use crate::support::{CRON_SECRET, METRICS_TOKEN, PASSWORD, TestApp};

const THEIRS: &str = "
    create schema app;
    create table app.users (id integer, email text, roles text[]);
    create table app.sessions (id integer);
    grant usage on schema app to hallpass_app;
    grant all on all tables in schema app, public to hallpass_app";

const ROWS: &str = "
    select (select count(*) from app.users) + (select count(*) from app.sessions) + (select count(*) from public.users)
        + (select count(*) from public.settings) + (select count(*) from public.roles) + (select count(*) from public.alerts)
        + (select count(*) from public.login_throttle) + (select count(*) from public.audit_events)";

#[tokio::test]
async fn other_tables_in_the_database_are_not_touched() {
    let app = TestApp::new().await;
    app.database.execute(THEIRS).await;
    let path = format!(
        "alter database {} set search_path = app, public",
        app.database.name
    );
    app.database.execute(&path).await;
    let admin = app.person("root@example.com", &["admin"]).await;
    // Only connections that are opened from now on have the setting.
    let app = app.beside(&[]);
    let admin = app.signed_in_again(&admin).await;
    let body = json!({ "email": "ada@example.com", "name": "Ada", "roles": ["viewer"], "password": PASSWORD });
    let created = app
        .post("/api/users")
        .bearer(&admin)
        .json(&body)
        .send()
        .await;
    let created = created.expect(201);
    let user = format!("/api/users/{}", created["id"].as_str().unwrap());
    for path in [
        "/api/me",
        "/api/me/sessions",
        "/api/users",
        "/api/users?q=ada",
        "/api/users/export",
        "/api/roles",
        "/api/audit",
        "/api/audit/sign-ins",
        "/api/system",
        &user,
        &format!("{user}/sessions"),
    ] {
        let answer = app.get(path).bearer(&admin).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    let change = app.patch(&user).bearer(&admin).if_match(1);
    let changed: Value = change
        .json(&json!({ "name": "A" }))
        .send()
        .await
        .expect(200);
    assert_eq!(changed["name"], "A");
    for (path, secret) in [("/api/cron", CRON_SECRET), ("/api/metrics", METRICS_TOKEN)] {
        let answer = app.get(path).token(secret).send().await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    assert_eq!(
        app.get("/health").send().await.expect(200)["status"],
        "healthy"
    );
    app.post("/api/logout").bearer(&admin).send().await;
    assert_eq!(app.database.value::<i64>(ROWS).await, 0);
}

//! Who may do what: role × route × whom it is done to

use uuid::Uuid;

use super::routes::{Route, routes};
use crate::support::{Person, TestApp};

const CALLERS: [&str; 4] = ["user", "viewer", "manager", "admin"];

/// What a route answers to callers of each role, done to somebody who holds no permission.
fn to_a_user(route: &Route) -> [u16; 4] {
    match (route.method.as_str(), route.path) {
        ("GET", "/api/roles" | "/api/users" | "/api/users/{id}" | "/api/users/{id}/sessions") => {
            [403, 200, 200, 200]
        }
        ("POST", "/api/users" | "/api/users/{id}/setup-link") => [403, 403, 201, 201],
        ("PATCH", "/api/users" | "/api/users/{id}") => [403, 403, 200, 200],
        ("DELETE", path) if path.starts_with("/api/users/{id}") => [403, 403, 204, 204],
        ("GET" | "PATCH", path) if path.starts_with("/api/me") => [200; 4],
        ("POST" | "DELETE", path) if path.starts_with("/api/me") => [204; 4],
        (method, path) => panic!("{method} {path} is not in the matrix"),
    }
}

/// Done to an administrator: a manager may look, and no more.
fn to_an_administrator(route: &Route) -> [u16; 4] {
    let [user, viewer, manager, admin] = to_a_user(route);
    let is_change = route.path.starts_with("/api/users/{id}") && route.method != "GET";
    [user, viewer, if is_change { 403 } else { manager }, admin]
}

/// Done to nobody: who may not, does not learn that there is nobody.
fn to_nobody(route: &Route) -> [u16; 4] {
    let has_session = route.path.ends_with("{sessionId}");
    let names_somebody = route.path.contains("{id}") || has_session;
    to_a_user(route).map(|status| {
        if names_somebody && status != 403 {
            404
        } else {
            status
        }
    })
}

/// Opens a session of this user.
async fn session_of(app: &TestApp, person: &Person) -> Uuid {
    let id = Uuid::now_v7();
    sqlx::query(
        "insert into sessions (id, user_id, idle_expires_at, expires_at) \
         values ($1, $2, now() + interval '1 day', now() + interval '1 day')",
    )
    .bind(id)
    .bind(person.id)
    .execute(&app.database.owner)
    .await
    .unwrap();
    id
}

/// Goes through all routes and callers; each call has a target of its own.
async fn go_through(target_role: Option<&str>, expected: impl Fn(&Route) -> [u16; 4]) {
    let app = TestApp::new().await;
    app.person("root@example.com", &["admin"]).await;
    for (place, role) in CALLERS.iter().enumerate() {
        let mut caller = app.signed_in(&format!("{role}@caller.test"), &[role]).await;
        for (i, route) in routes().iter().enumerate() {
            let is_own = route.path.starts_with("/api/me");
            let (id, session) = match target_role {
                Some(target) => {
                    let target = app
                        .person(&format!("{role}{i}@target.test"), &[target])
                        .await;
                    let whose = if is_own { &caller } else { &target };
                    (target.id, session_of(&app, whose).await)
                }
                None => (Uuid::now_v7(), Uuid::now_v7()),
            };
            let answer = route.call(&app, id, session).bearer(&caller).send().await;
            let text = format!("{role}: {} {} {}", route.method, route.path, answer.text());
            let status = expected(route)[place];
            assert_eq!(answer.status.as_u16(), status, "{text}");
            match status {
                403 => drop(answer.expect_problem(403, "forbidden")),
                404 => drop(answer.expect_problem(404, "not_found")),
                _ => {}
            }
            if is_own && route.method != "GET" {
                // The session may be over, and the password another.
                caller = app
                    .signed_in(&format!("{role}{i}@caller.test"), &[role])
                    .await;
            }
            app.database
                .execute("delete from users where email = 'new@example.com'")
                .await;
        }
    }
}

#[tokio::test]
async fn t15_each_role_does_to_a_user_what_its_permissions_say() {
    go_through(Some("user"), to_a_user).await;
}

#[tokio::test]
async fn t15_nobody_changes_an_administrator_but_an_administrator() {
    go_through(Some("admin"), to_an_administrator).await;
}

#[tokio::test]
async fn t15_a_manager_changes_other_managers() {
    go_through(Some("manager"), to_a_user).await;
}

#[tokio::test]
async fn t15_what_is_done_to_nobody_is_not_found_by_those_who_may() {
    go_through(None, to_nobody).await;
}

#[tokio::test]
async fn t15_what_is_refused_changes_nothing_and_is_not_written_down() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let session = session_of(&app, &admin).await;
    for role in ["user", "viewer", "manager"] {
        let caller = app.signed_in(&format!("{role}@caller.test"), &[role]).await;
        for route in routes() {
            if to_an_administrator(&route)[CALLERS.iter().position(|r| *r == role).unwrap()] == 403
            {
                let answer = route
                    .call(&app, admin.id, session)
                    .bearer(&caller)
                    .send()
                    .await;
                answer.expect_problem(403, "forbidden");
            }
        }
    }
    assert!(app.events().await.is_empty());
    for (statement, left) in [
        (
            "select count(*) from users where version = 1 and is_active and credential_version = 0",
            4,
        ),
        ("select count(*) from sessions where revoked_at is null", 5),
    ] {
        assert_eq!(
            app.database.value::<i64>(statement).await,
            left,
            "{statement}"
        );
    }
}

#[tokio::test]
async fn nobody_promotes_themselves() {
    let app = TestApp::new().await;
    for role in ["user", "viewer", "manager"] {
        let caller = app.signed_in(&format!("{role}@caller.test"), &[role]).await;
        let body = serde_json::json!({ "roles": ["admin"] });
        let call = app
            .patch(&super::path(caller.id))
            .bearer(&caller)
            .if_match(1);
        call.json(&body)
            .send()
            .await
            .expect_problem(403, "forbidden");
        let body = serde_json::json!({ "name": "X", "roles": ["admin"] });
        let call = app.patch("/api/me").bearer(&caller).json(&body);
        call.send()
            .await
            .expect_fields(422, "invalid_fields", &[("roles", "unknown_field")]);
    }
    assert_eq!(
        app.database
            .value::<i64>("select count(*) from users where roles @> '{admin}'")
            .await,
        0
    );
}

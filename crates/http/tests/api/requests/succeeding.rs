//! Performs every operation of the OpenAPI document once, successfully.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::recovery::link;
use crate::support::routes::{Route, routes};
use crate::support::{Answer, Call, PASSWORD, Person, TestApp, jwt};

/// Performs each operation, by an administrator and about another user, and returns the responses. Each operation has
/// its own session and its own accounts, so that none depends on what another one has ended. Fails unless every
/// response is a 2xx.
pub(super) async fn each_succeeding(app: &TestApp) -> Vec<(Route, Answer)> {
    app.person("root@example.com", &["admin"]).await;
    let mut answers = Vec::new();
    for (number, route) in routes().into_iter().enumerate() {
        let answer = prepared(app, &route, number).await.send().await;
        let (method, path) = (&route.method, &route.path);
        let text = answer.text();
        assert!(answer.status.is_success(), "{method} {path}: {text}");
        answers.push((route, answer));
    }
    answers
}

/// A request that will succeed, with accounts that only requests with this number use.
pub(super) async fn prepared<'a>(app: &'a TestApp, route: &Route, number: usize) -> Call<'a> {
    let email = |name: &str| format!("{name}{number}@example.com");
    let caller = app.signed_in(&email("caller"), &["admin"]).await;
    let target = app.signed_in(&email("target"), &["user"]).await;
    // The first request of a generation is stored with the session. It is made here, because it is not part of the
    // operation.
    app.get("/api/me").bearer(&caller).send().await.expect(200);
    let session = if route.path.starts_with("/api/me/") {
        session_of(&app.signed_in_again(&caller).await)
    } else {
        session_of(&target)
    };
    let call = route.bare(app, target.id, session);
    let call = match route.machine {
        Some(secret) => call.token(secret),
        None if route.needs_token => call.bearer(&caller),
        None => call,
    };
    match body(app, route, &caller, &target).await {
        Some(body) => call.json(&body),
        None => call,
    }
}

fn session_of(person: &Person) -> Uuid {
    let claims = jwt::claims(&person.access_token);
    claims["sid"].as_str().unwrap().parse().unwrap()
}

/// The route's example body, with the accounts of this request where it needs them.
async fn body(app: &TestApp, route: &Route, caller: &Person, target: &Person) -> Option<Value> {
    Some(match (route.method.as_str(), route.path.as_str()) {
        ("POST", "/api/login") => json!({ "email": target.email, "password": PASSWORD }),
        ("POST", "/api/refresh") => json!({ "refreshToken": target.refresh_token }),
        ("POST", "/api/recovery") => {
            let token = link(app, caller, target).await;
            json!({ "token": token, "password": "velvet harbor siren" })
        }
        ("POST", "/api/recovery/inspect") => {
            json!({ "token": link(app, caller, target).await })
        }
        ("PATCH", "/api/users") => {
            json!({ "ids": [target.id], "changes": { "isActive": false } })
        }
        _ => return route.body.clone(),
    })
}

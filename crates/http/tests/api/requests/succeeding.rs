//! Every operation of the contract, done once so that it succeeds.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::recovery::link;
use crate::support::routes::{Route, routes};
use crate::support::{Answer, Call, PASSWORD, Person, TestApp, jwt};

/// The answer of each operation, done by an administrator to somebody else. Each is done in a session of its own, with
/// accounts of its own: what one of them ends, the next one does not need. Fails unless each answers with a 2xx.
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

/// A call that will succeed, by accounts that no call with another number concerns.
pub(super) async fn prepared<'a>(app: &'a TestApp, route: &Route, number: usize) -> Call<'a> {
    let email = |name: &str| format!("{name}{number}@example.com");
    let caller = app.signed_in(&email("caller"), &["admin"]).await;
    let target = app.signed_in(&email("target"), &["user"]).await;
    // That the generation is in use is noted at its first call, which is not the operation's business.
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

/// What the route's usual body cannot know: who is there.
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

//! POST /api/recovery and POST /api/recovery/inspect

mod inspect;
mod link;
mod password;
mod refused;

use serde_json::json;

use crate::support::{Call, Person, TestApp};

/// A password that no account has yet.
const NEW: &str = "quartz lantern meadow";

pub(crate) fn redeem<'a>(app: &'a TestApp, token: &str, password: &str) -> Call<'a> {
    let body = json!({ "token": token, "password": password, "delivery": "body" });
    app.post("/api/recovery").json(&body)
}

/// The token of a link that an administrator creates for a user.
pub(crate) async fn link(app: &TestApp, admin: &Person, user: &Person) -> String {
    let path = format!("/api/users/{}/setup-link", user.id);
    let answer = app.post(&path).bearer(admin).send().await.expect(201);
    let url = answer["setupLink"].as_str().unwrap();
    let (page, token) = url.split_once('#').unwrap();
    assert_eq!(page, "https://hallpass.test/welcome");
    token.to_owned()
}

/// An administrator, and Ada, who has forgotten her password.
async fn people(app: &TestApp) -> (Person, Person) {
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    (admin, app.signed_in("ada@example.com", &["user"]).await)
}

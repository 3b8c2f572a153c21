//! Credentials: who may use a password, a one-time link or a session that somebody else gave to the account, and how
//! every attempt to prove an identity is throttled and recorded.

mod exploration;
mod gate;
mod makers;
mod promotion;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Person, TestApp};
use crate::users::path;

/// A password that an administrator or a manager chooses for a user.
const CHOSEN: &str = "copper lantern orchard";
/// A password that users choose for themselves.
const OWN: &str = "quiet marble harvest";

/// Creates Ada's account, with a chosen password or with a one-time link.
async fn create(app: &TestApp, by: &Person, role: &str, password: Option<&str>) -> Value {
    let mut body = json!({ "email": "ada@example.com", "name": "Ada", "roles": [role] });
    if let Some(password) = password {
        body["password"] = json!(password);
    }
    let call = app.post("/api/users").bearer(by).json(&body);
    call.send().await.expect(201)
}

fn id(user: &Value) -> Uuid {
    user["id"].as_str().unwrap().parse().unwrap()
}

/// The token of the one-time link in a response.
fn link_token(answer: &Value) -> String {
    let (_, token) = answer["setupLink"]
        .as_str()
        .unwrap()
        .split_once('#')
        .unwrap();
    token.to_owned()
}

async fn redeem(app: &TestApp, token: &str) -> Answer {
    crate::recovery::redeem(app, token, OWN).send().await
}

async fn sign_in(app: &TestApp, password: &str) -> Answer {
    let body = json!({ "email": "ada@example.com", "password": password, "delivery": "body" });
    app.post("/api/login").json(&body).send().await
}

/// Ada with the tokens of a response that opened a session.
fn opened(answer: &Answer) -> Person {
    let body = answer.expect(200);
    let text = |name: &str| body[name].as_str().unwrap().to_owned();
    Person {
        id: id(&body["user"]),
        email: "ada@example.com".to_owned(),
        access_token: text("accessToken"),
        refresh_token: text("refreshToken"),
    }
}

/// Changes a user as an administrator does.
async fn patch(app: &TestApp, by: &Person, user: Uuid, change: &Value) {
    let call = app.patch(&path(user)).bearer(by).header("if-match", "*");
    call.json(change).send().await.expect(200);
}

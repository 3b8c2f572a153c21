//! Accounts to test with.

use hallpass_test_support::Database;
use hallpass_test_support::accounts::{self, PASSWORD};
use serde_json::json;
use uuid::Uuid;

use super::TestApp;

/// An account and, once signed in, its tokens.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

pub(super) async fn insert(database: &Database, email: &str, roles: &[&str]) -> Person {
    Person {
        id: accounts::insert(&database.owner, email, roles).await,
        email: email.to_owned(),
        access_token: String::new(),
        refresh_token: String::new(),
    }
}

pub(super) async fn sign_in(app: &TestApp, person: Person) -> Person {
    let body = json!({ "email": person.email, "password": PASSWORD, "delivery": "body" });
    let answer = app.post("/api/login").json(&body).send().await.expect(200);
    let text = |name: &str| answer[name].as_str().unwrap().to_owned();
    Person {
        access_token: text("accessToken"),
        refresh_token: text("refreshToken"),
        ..person
    }
}

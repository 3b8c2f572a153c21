//! Accounts to test with.

use std::sync::OnceLock;

use hallpass_core::passwords::Hasher;
use hallpass_core::text::search_key;
use hallpass_core::users::normalize_email;
use serde_json::json;
use uuid::Uuid;

use super::TestApp;
use super::database::Database;

/// Everybody's password in these tests.
pub(crate) const PASSWORD: &str = "zebra umbrella note";

/// An account and, once signed in, its tokens.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) id: Uuid,
    pub(crate) email: String,
    pub(crate) access_token: String,
    pub(crate) refresh_token: String,
}

/// Hashed once for all tests of the process.
async fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    if let Some(hash) = HASH.get() {
        return hash.clone();
    }
    let hash = Hasher::new(1).hash(PASSWORD.into()).await.unwrap();
    HASH.get_or_init(|| hash).clone()
}

pub(super) async fn insert(database: &Database, email: &str, roles: &[&str]) -> Person {
    let id = Uuid::now_v7();
    let name = email.split('@').next().unwrap();
    sqlx::query(
        "insert into users (id, email, email_normalized, name, name_normalized, roles, password_hash) \
         values ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(id)
    .bind(email)
    .bind(normalize_email(email))
    .bind(name)
    .bind(search_key(name))
    .bind(roles)
    .bind(password_hash().await)
    .execute(&database.owner)
    .await
    .unwrap();
    Person {
        id,
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

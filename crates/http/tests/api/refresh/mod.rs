//! POST /api/refresh

mod clocks;
mod confirmed;
mod delivery;
mod expiry;
mod interleavings;
mod keys;
mod refused;
mod retries;
mod reuse;
mod rotation;

use serde_json::json;

use crate::support::{Call, Person, TestApp};

fn by_body<'a>(app: &'a TestApp, token: &str) -> Call<'a> {
    app.post("/api/refresh")
        .json(&json!({ "refreshToken": token }))
}

fn by_cookie<'a>(app: &'a TestApp, token: &str) -> Call<'a> {
    app.post("/api/refresh").cookie(token)
}

/// Refreshes, and returns the same user with the new tokens.
async fn refreshed(app: &TestApp, person: &Person) -> Person {
    let tokens = by_body(app, &person.refresh_token).send().await.expect(200);
    let text = |name: &str| tokens[name].as_str().unwrap().to_owned();
    Person {
        access_token: text("accessToken"),
        refresh_token: text("refreshToken"),
        ..person.clone()
    }
}

/// Lets time pass since the last rotation, by moving it into the past for every session.
async fn later(app: &TestApp, seconds: f64) {
    let sql = format!("update sessions set rotated_at = rotated_at - interval '{seconds} s'");
    app.database.execute(&sql).await;
}

/// The row of the only session.
async fn session(app: &TestApp) -> serde_json::Value {
    app.database
        .value("select to_jsonb(s) from sessions s")
        .await
}

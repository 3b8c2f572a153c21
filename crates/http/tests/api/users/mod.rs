//! /api/users and everything below it

mod administrators;
mod change_many;
mod change_many_fields;
mod change_many_order;
mod create;
mod create_fields;
mod cursors;
mod deactivate;
mod export;
mod list;
mod outage;
mod query;
mod refusals;
mod roles;
mod search;
mod search_depth;
pub(crate) mod sessions;
mod sessions_depth;
mod setup_link;
mod show;
mod totals;
mod update;
mod update_fields;
mod waiting;

use serde_json::Value;
use uuid::Uuid;

use crate::support::{Person, TestApp};

/// A signed-in administrator.
pub(crate) async fn administrator(app: &TestApp) -> Person {
    app.signed_in("root@example.com", &["admin"]).await
}

/// Adds users `u00001@example.com` with the name `Filler 1`, and so on, created one second apart in the past.
pub(crate) async fn fill(app: &TestApp, count: i32) {
    sqlx::query(
        "insert into users (id, email, email_normalized, name, name_normalized, roles, created_at)
         select ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, e, e, 'Filler ' || i, 'filler ' || i,
             '{user}', timestamptz '2026-01-01' + i * interval '1 second'
         from generate_series(1, $1) as i, lateral (select 'u' || lpad(i::text, 5, '0') || '@example.com' as e) as address",
    )
    .bind(count)
    .execute(&app.database.owner)
    .await
    .unwrap();
}

pub(crate) fn path(id: Uuid) -> String {
    format!("/api/users/{id}")
}

/// Requests a page of the list, which must succeed.
pub(crate) async fn page(app: &TestApp, viewer: &Person, query: &str) -> Value {
    let path = format!("/api/users?{query}");
    app.get(&path).bearer(viewer).send().await.expect(200)
}

/// The e-mail addresses of a page.
pub(crate) fn emails(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .map(|user| user["email"].as_str().unwrap().to_owned())
        .collect()
}

/// Percent-encodes a text for a query string.
pub(crate) fn encoded(text: impl AsRef<[u8]>) -> String {
    let bytes = text.as_ref().iter();
    bytes.fold(String::new(), |text, byte| format!("{text}%{byte:02X}"))
}

/// The current representation of a user, as an administrator gets it.
pub(crate) async fn shown(app: &TestApp, admin: &Person, id: Uuid) -> Value {
    app.get(&path(id)).bearer(admin).send().await.expect(200)
}

//! /api/audit and /api/audit/sign-ins

mod cursors;
mod depth;
mod filters;
mod list;
mod query;
mod sign_ins;

use serde_json::Value;

use crate::support::{Person, TestApp};

/// Requests a page of the list, which must succeed.
async fn page(app: &TestApp, by: &Person, query: &str) -> Value {
    let path = format!("/api/audit?{query}");
    app.get(&path).bearer(by).send().await.expect(200)
}

/// This field of all items, as texts.
fn texts<'a>(page: &'a Value, field: &str) -> Vec<&'a str> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item[field].as_str().unwrap()).collect()
}

/// Adds the events number 1 to `count`, in the past and a second apart. Of every hundred, in this order, 70 are
/// sign-ins, 25 are failed sign-ins, four are changes of a user, and one is critical. They affect about a thousand
/// users in turn.
async fn fill(app: &TestApp, count: i32) {
    sqlx::query(
        "insert into audit_events (id, occurred_at, event, severity, actor_id, subject_id, details)
         select ('00000000-0000-7000-9000-' || lpad(to_hex(i), 12, '0'))::uuid,
             timestamptz '2026-01-01' + i * interval '1 second',
             case when i % 100 < 70 then 'login' when i % 100 < 95 then 'login_failed'
                 when i % 100 < 99 then 'user_updated' else 'refresh_reuse' end,
             case when i % 100 < 70 then 'info' when i % 100 < 95 then 'warning'
                 when i % 100 < 99 then 'info' else 'critical' end,
             case when i % 100 < 70 or i % 100 between 95 and 98
                 then ('00000000-0000-7000-8000-' || lpad(to_hex(i % 997), 12, '0'))::uuid end,
             ('00000000-0000-7000-8000-' || lpad(to_hex(i % 991), 12, '0'))::uuid,
             jsonb_build_object('number', i)
         from generate_series(1, $1) as i",
    )
    .bind(count)
    .execute(&app.database.owner)
    .await
    .unwrap();
}

/// The numbers of those events of a page that [`fill`] has added.
fn numbers(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap().iter();
    items
        .filter_map(|item| item["details"]["number"].as_i64())
        .collect()
}

/// The id of the user to whom [`fill`] gives this number.
fn user(number: i64) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}

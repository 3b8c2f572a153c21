//! The format of times in responses.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::succeeding::each_succeeding;
use crate::support::TestApp;

/// Finds every text in a JSON value that is a time, with its path.
fn times(value: &Value, place: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                times(value, &format!("{place}.{name}"), found);
            }
        }
        Value::Array(values) => {
            for value in values {
                times(value, place, found);
            }
        }
        Value::String(text) if OffsetDateTime::parse(text, &Rfc3339).is_ok() => {
            found.push((place.to_owned(), text.clone()));
        }
        _ => {}
    }
}

/// Whether a time has the documented format, such as `2026-11-23T10:00:00.000Z`.
fn is_as_promised(time: &str) -> bool {
    time.len() == 24
        && time.char_indices().all(|(place, character)| match place {
            4 | 7 => character == '-',
            10 => character == 'T',
            13 | 16 => character == ':',
            19 => character == '.',
            23 => character == 'Z',
            _ => character.is_ascii_digit(),
        })
}

#[tokio::test]
async fn every_time_has_three_decimals_and_is_in_utc() {
    let app = TestApp::new().await;
    // Writes an audit event whose details contain a time.
    let client = hallpass_core::client::Client::operator("tests");
    let ended = hallpass_core::sessions::operator::revoke_all(&app.hallpass.db, &client);
    ended.await.unwrap();
    let mut found = Vec::new();
    for (route, answer) in each_succeeding(&app).await {
        let place = format!("{} {}", route.method, route.path);
        if route.path == "/api/users/export" {
            let text = answer.text();
            let cells = text.split([',', '"', '\r', '\n']);
            times(&cells.map(Value::from).collect(), &place, &mut found);
        } else if let Ok(body) = serde_json::from_slice(&answer.body) {
            times(&body, &place, &mut found);
        }
    }
    for (place, time) in &found {
        assert!(is_as_promised(time), "{place}: {time}");
    }
    for field in [
        "GET /api/users.items.createdAt",
        "GET /api/users.items.lastLoginAt",
        "GET /api/users/{id}.updatedAt",
        "GET /api/users/{id}/sessions.items.expiresAt",
        "GET /api/users/export",
        "GET /api/me.createdAt",
        "GET /api/me/sessions.items.lastUsedAt",
        "GET /api/audit.items.occurredAt",
        "GET /api/audit.items.details.validFrom",
        "GET /api/audit/sign-ins.buckets.at",
        "GET /api/health.timestamp",
        "POST /api/login.user.createdAt",
        "POST /api/recovery/inspect.expiresAt",
        "POST /api/users.createdAt",
        "POST /api/users/{id}/setup-link.expiresAt",
        "PATCH /api/users/{id}.updatedAt",
    ] {
        assert!(
            found.iter().any(|(place, _)| place == field),
            "{field}: {found:#?}"
        );
    }
}

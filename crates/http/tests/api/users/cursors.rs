//! GET /api/users: modified and forged cursors

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use uuid::Uuid;

use super::{administrator, encoded, fill, page};
use crate::support::{Person, TestApp};

async fn cursor(app: &TestApp, admin: &Person, query: &str) -> String {
    let list = page(app, admin, query).await;
    list["page"]["next"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    let orders = ["createdAt", "-createdAt", "email", "-email"];
    for made in orders {
        let cursor = cursor(&app, &admin, &format!("sort={made}")).await;
        for used in orders {
            let path = format!("/api/users?sort={used}&cursor={cursor}");
            let answer = app.get(&path).bearer(&admin).send().await;
            if made == used {
                answer.expect(200);
            } else {
                answer.expect_problem(400, "invalid_cursor");
            }
        }
    }
}

#[tokio::test]
async fn an_invalid_cursor_is_refused_without_a_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let before = app.statements().await;
    for text in [
        "x",
        "null",
        "e30",
        "hpr_abc",
        "%00",
        "%F0%9F%A6%80",
        "..",
        &"A".repeat(2000),
    ] {
        let path = format!("/api/users?cursor={text}");
        let answer = app.get(&path).bearer(&admin).send().await;
        answer.expect_problem(400, "invalid_cursor");
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn t27_a_modified_cursor_is_at_most_a_400() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    for sort in ["-createdAt", "email"] {
        let good = cursor(&app, &admin, &format!("sort={sort}")).await;
        for _ in 0..150 {
            let random = Uuid::new_v4().into_bytes();
            let mut bytes = good.clone().into_bytes();
            let place = usize::from(random[0]) % bytes.len();
            match random[1] % 4 {
                0 => bytes[place] = random[2],
                1 => drop(bytes.remove(place)),
                2 => bytes.insert(place, random[2]),
                _ => bytes.truncate(place),
            }
            let changed = encoded(&bytes);
            let path = format!("/api/users?sort={sort}&cursor={changed}");
            let answer = app.get(&path).bearer(&admin).send().await;
            assert!(
                matches!(answer.status.as_u16(), 200 | 400),
                "{path}: {answer:?}"
            );
        }
    }
}

#[tokio::test]
async fn t28_a_forged_cursor_is_a_page_or_a_400() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let id = Uuid::nil();
    let times = [
        i64::MIN,
        i64::MAX,
        0,
        -1,
        // In microseconds: the years 5000 BC and 9999 AD, and the earliest time that PostgreSQL supports.
        -220_000_000_000_000_000,
        253_402_300_799_999_999,
        -210_866_803_200_000_000,
        -210_866_803_200_000_001,
    ];
    let created = times.map(|micros| ("-createdAt", json!({ "c": [micros, id] })));
    let texts = ["", "%", "\\", "'", "\u{10ffff}", "ä", "\0", "a\0b"];
    let email = texts.map(|text| ("email", json!({ "e": text })));
    for (sort, key) in created.into_iter().chain(email) {
        for before in [false, true] {
            let cursor = json!({ "s": sort, "b": before, "k": key }).to_string();
            let cursor = URL_SAFE_NO_PAD.encode(&cursor);
            let path = format!("/api/users?sort={sort}&cursor={}", encoded(&cursor));
            let answer = app.get(&path).bearer(&admin).send().await;
            match answer.status.as_u16() {
                200 => assert!(answer.json()["items"].is_array()),
                _ => drop(answer.expect_problem(400, "invalid_cursor")),
            }
        }
    }
}

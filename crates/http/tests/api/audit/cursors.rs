//! GET /api/audit: pages and cursors

use serde_json::{Value, json};

use super::{fill, numbers, page};
use crate::support::{Person, TestApp};

async fn follow(app: &TestApp, by: &Person, query: &str, first: Value, way: &str) -> Vec<Value> {
    let mut pages = vec![first];
    while let Some(cursor) = pages.last().unwrap()["page"][way].as_str() {
        assert!(pages.len() < 100, "the cursors form a loop");
        let path = format!("{query}&cursor={cursor}");
        pages.push(page(app, by, &path).await);
    }
    pages
}

fn all(pages: &[Value]) -> Vec<i64> {
    pages.iter().flat_map(numbers).collect()
}

#[tokio::test]
async fn every_event_is_on_exactly_one_page_even_if_all_have_the_same_time() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    fill(&app, 40).await;
    let query = "size=7&to=2026-02-01T00:00:00Z";
    let expected: Vec<_> = (1..=40).rev().collect();
    for _ in 0..2 {
        let first = page(&app, &admin, query).await;
        assert_eq!(first["page"]["prev"], Value::Null);
        let pages = follow(&app, &admin, query, first, "next").await;
        assert_eq!(pages.len(), 6);
        assert_eq!(all(&pages), expected);
        let last = pages.last().unwrap().clone();
        let mut back = follow(&app, &admin, query, last, "prev").await;
        back.reverse();
        assert_eq!(all(&back), expected);
        app.database
            .execute(
                "alter table audit_events disable trigger all;
                 update audit_events set occurred_at = '2026-01-03 03:03:03.123456Z' where event <> 'x' and details ? 'number'",
            )
            .await;
    }
}

#[tokio::test]
async fn an_event_recorded_meanwhile_does_not_shift_pages() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    fill(&app, 10).await;
    let first = page(&app, &admin, "size=5").await;
    app.signed_in_again(&admin).await;
    let pages = follow(&app, &admin, "size=5", first, "next").await;
    assert_eq!(all(&pages), (1..=10).rev().collect::<Vec<_>>());
    let new = page(&app, &admin, "size=5").await;
    assert_eq!(new["items"][0]["event"], "login");
    assert_eq!(numbers(&new), [10, 9, 8]);
}

#[tokio::test]
async fn a_page_scans_a_bounded_number_of_events_and_its_cursor_continues_there() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    fill(&app, 22_000).await;
    // The newest 21,500 events are warnings, so none of them matches the filter.
    app.database
        .execute(
            "alter table audit_events disable trigger all;
             update audit_events set severity = case when (details -> 'number')::int > 500 then 'warning' else 'info' end
             where details ? 'number'",
        )
        .await;
    let query = "severity=info&to=2026-02-01T00:00:00Z&size=100";
    let first = page(&app, &admin, query).await;
    assert_eq!(first["items"], json!([]));
    assert_eq!(first["page"]["prev"], Value::Null);
    let pages = follow(&app, &admin, query, first, "next").await;
    let expected: Vec<_> = (1..=500).rev().collect();
    assert_eq!(all(&pages), expected);
    assert_eq!(pages.len(), 6);
    let last = pages.last().unwrap().clone();
    let mut back = follow(&app, &admin, query, last, "prev").await;
    back.reverse();
    assert_eq!(all(&back), expected);
    // An empty page also has cursors in both directions, and no event is skipped.
    assert_eq!(back[0]["items"], json!([]));
    let onwards = follow(&app, &admin, query, back[0].clone(), "next").await;
    assert_eq!(all(&onwards), expected);
}

#[tokio::test]
async fn a_cursor_of_another_list_and_an_invalid_cursor_are_refused() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    for i in 0..3 {
        app.person(&format!("u{i}@example.com"), &["user"]).await;
    }
    let users = app.get("/api/users?size=2").bearer(&admin).send().await;
    let users = users.expect(200)["page"]["next"].clone();
    let long = "A".repeat(2_000);
    for cursor in [users.as_str().unwrap(), "x", "%00", "bnVsbA", &long] {
        let path = format!("/api/audit?cursor={cursor}");
        let answer = app.get(&path).bearer(&admin).send().await;
        answer.expect_problem(400, "invalid_cursor");
    }
}

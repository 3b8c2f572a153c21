//! GET /api/audit: single and combined filters

use super::{fill, numbers, page, user};
use crate::support::TestApp;

/// Whether the event with this number matches the filters.
type Predicate = fn(i64) -> bool;

#[tokio::test]
async fn single_and_combined_filters_apply_on_every_page() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    fill(&app, 2_000).await;
    let subject = format!("userId={}", user(7));
    let actor = format!("actorId={}", user(7));
    let both = format!("userId={}&actorId={}", user(7), user(7));
    let with_event = format!("event=login&{subject}");
    let cases: [(&str, Predicate); 12] = [
        ("event=refresh_reuse", |i| i % 100 == 99),
        ("event=nothing_like_it", |_| false),
        ("severity=critical", |i| i % 100 == 99),
        ("severity=warning&event=login_failed", |i| {
            (70..95).contains(&(i % 100))
        }),
        ("severity=critical&event=login", |_| false),
        (&subject, |i| i % 991 == 7),
        (&actor, |i| {
            i % 997 == 7 && !(70..95).contains(&(i % 100)) && i % 100 != 99
        }),
        (&both, |i| i == 7),
        (&with_event, |i| i % 991 == 7 && i % 100 < 70),
        ("from=2026-01-01T00:33:00Z", |i| i >= 1_980),
        ("to=2026-01-01T00:00:10.5Z", |i| i <= 10),
        (
            "severity=info&from=2026-01-01T01:10:00%2B01:00&to=2026-01-01T00:11:40Z",
            |i| (600..700).contains(&i) && (i % 100 < 70 || (95..99).contains(&(i % 100))),
        ),
    ];
    for (query, passes) in cases {
        // The events of the test's own sign-in are excluded by their time.
        let query = format!("{query}&to=2026-02-01T00:00:00Z&size=7");
        let query = if query.matches("to=").count() > 1 {
            query.replace("&to=2026-02-01T00:00:00Z", "")
        } else {
            query
        };
        let expected: Vec<_> = (1..=2_000).rev().filter(|i| passes(*i)).collect();
        let mut list = page(&app, &admin, &query).await;
        let mut found = numbers(&list);
        while let Some(cursor) = list["page"]["next"].as_str() {
            list = page(&app, &admin, &format!("{query}&cursor={cursor}")).await;
            found.extend(numbers(&list));
            assert!(found.len() <= expected.len(), "the cursors form a loop");
        }
        assert_eq!(found, expected, "{query}");
    }
}

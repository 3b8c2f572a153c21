//! GET /api/audit with many events: how many rows a page reads

use super::{fill, numbers, page, user};
use crate::support::TestApp;

#[tokio::test]
async fn a_page_among_three_hundred_thousand_events_reads_a_page_of_rows() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    app.database
        .execute("alter table audit_events set (autovacuum_enabled = false)")
        .await;
    fill(&app, 300_000).await;
    app.database.execute("analyze audit_events").await;
    let subject = format!("userId={}", user(7));
    let actor = format!("actorId={}", user(7));
    let mut before = app.rows_read("audit_events").await;
    for query in [
        "",
        "event=login",
        "event=refresh_reuse",
        "event=nothing_like_it",
        "severity=critical",
        "severity=warning",
        "from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z",
        "event=user_updated&from=2026-01-02T00:00:00Z&to=2026-01-03T00:00:00Z",
        &subject,
        &actor,
    ] {
        let mut query = format!("{query}&size=20");
        for _ in 0..3 {
            let list = page(&app, &admin, &query).await;
            let after = app.rows_read("audit_events").await;
            let read = after - before;
            before = after;
            // Each event costs an index entry and a row. One more event is read to find out whether there is a next
            // page.
            let found = i64::try_from(numbers(&list).len()).unwrap();
            assert!(read <= 2 * (found + 2), "{query} read {read} rows");
            let Some(cursor) = list["page"]["next"].as_str() else {
                break;
            };
            assert!(found >= 19, "{query}: {found}");
            let (base, _) = query.split_once("&cursor").unwrap_or((&query, ""));
            query = format!("{base}&cursor={cursor}");
        }
    }
    // Combined filters read at most what one of them finds, and never more than the scan limit allows.
    for query in [
        format!("{subject}&event=login"),
        format!("{subject}&severity=info&size=100"),
        "severity=info&event=login_failed".to_owned(),
        "severity=critical&event=login".to_owned(),
    ] {
        page(&app, &admin, &query).await;
        let after = app.rows_read("audit_events").await;
        let read = after - before;
        before = after;
        let most = if query.contains("userId") {
            1_500
        } else {
            85_000
        };
        assert!(read <= most, "{query} read {read} rows");
    }
}

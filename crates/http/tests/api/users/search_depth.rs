//! GET /api/users with many users: search beyond the newest users, and how many rows a page reads

use super::{administrator, emails, fill, page};
use crate::support::TestApp;

#[tokio::test]
async fn a_search_finds_users_beyond_the_newest_twenty_thousand() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 25_000).await;
    app.database.execute("update users set name = 'Needle ' || name, name_normalized = 'needle ' || name_normalized
             where email in ('u00007@example.com', 'u00100@example.com', 'u24000@example.com');
         analyze users",
    )
    .await;
    let old = [
        "u24000@example.com",
        "u00100@example.com",
        "u00007@example.com",
    ];
    for query in [
        "q=needle",
        "q=eedl",
        "q=ne",
        "q=needle&role=user&active=true",
    ] {
        let list = page(&app, &admin, query).await;
        assert_eq!(emails(&list), old, "{query}");
        assert_eq!(
            list["total"],
            serde_json::json!({ "value": 3, "relation": "exact" })
        );
        let end = page(&app, &admin, &format!("{query}&size=1&page=3")).await;
        assert_eq!(emails(&end), old[2..], "{query}");
        assert!(end["page"]["next"].is_null());
    }
    // Among the newest 20,000 users there are enough matches for a page.
    let list = page(&app, &admin, "q=filler&size=2").await;
    assert_eq!(emails(&list), ["u25000@example.com", "u24999@example.com"]);
    // Cursors continue from the newest users into the older ones.
    let mut list = page(&app, &admin, "q=needle&size=1").await;
    let mut found = emails(&list);
    while let Some(cursor) = list["page"]["next"].as_str() {
        list = page(&app, &admin, &format!("q=needle&size=1&cursor={cursor}")).await;
        found.extend(emails(&list));
        assert!(found.len() <= old.len(), "the cursors form a loop");
    }
    assert_eq!(found, old);
    let mut back = emails(&list);
    while let Some(cursor) = list["page"]["prev"].as_str() {
        list = page(&app, &admin, &format!("q=needle&size=1&cursor={cursor}")).await;
        back.extend(emails(&list));
        assert!(back.len() <= old.len(), "the cursors form a loop");
    }
    back.reverse();
    assert_eq!(back, old);
}

#[tokio::test]
async fn a_page_among_a_hundred_thousand_users_reads_a_page_of_rows() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    // This test does not search, and updating the search index would take most of its time.
    app.database
        .execute("drop index users_search_idx; alter table users set (autovacuum_enabled = false)")
        .await;
    fill(&app, 99_000).await;
    app.database.execute("analyze users").await;
    for query in [
        "",
        "sort=createdAt",
        "sort=email",
        "sort=-email",
        "active=true",
    ] {
        let second = page(&app, &admin, &format!("{query}&total=none&page=200")).await;
        for way in ["next", "prev"] {
            let cursor = second["page"][way].as_str().unwrap();
            let query = format!("{query}&total=none&cursor={cursor}");
            let before = app.rows_read("users").await;
            assert_eq!(emails(&page(&app, &admin, &query).await).len(), 20);
            let read = app.rows_read("users").await - before;
            assert!((20..200).contains(&read), "{query} read {read} rows");
            // Counting reads about a thousand more rows, not all of them.
            let query = query.replace("&total=none", "");
            let before = app.rows_read("users").await;
            page(&app, &admin, &query).await;
            let read = app.rows_read("users").await - before;
            assert!((20..3_000).contains(&read), "{query} read {read} rows");
        }
    }
}

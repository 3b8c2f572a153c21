//! GET /api/users: the total, and whether it is exact

use serde_json::json;

use super::{administrator, fill, page};
use crate::support::TestApp;

#[tokio::test]
async fn up_to_a_thousand_users_are_counted_and_more_are_a_lower_bound() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    app.database
        .execute("alter table users set (autovacuum_enabled = false)")
        .await;
    fill(&app, 1_000).await;
    let exact = json!({ "value": 1_000, "relation": "exact" });
    let at_least = json!({ "value": 1_000, "relation": "atLeast" });
    for query in ["q=filler", "role=user", "q=fi&active=true"] {
        assert_eq!(page(&app, &admin, query).await["total"], exact, "{query}");
    }
    // With one more user, the total is a lower bound, with any filter, and without one as long as the table has no
    // statistics.
    app.person("filler1001@example.com", &["user"]).await;
    for query in ["q=filler", "role=user", "q=fi&active=true", ""] {
        assert_eq!(
            page(&app, &admin, query).await["total"],
            at_least,
            "{query}"
        );
    }
}

#[tokio::test]
async fn only_the_total_without_a_filter_is_estimated() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 2_500).await;
    app.database.execute("analyze users").await;
    let list = page(&app, &admin, "").await;
    assert_eq!(
        list["total"],
        json!({ "value": 2_501, "relation": "estimated" })
    );
    let second = page(&app, &admin, "page=2&sort=email").await;
    assert_eq!(second["total"], list["total"]);
    let filtered = page(&app, &admin, "active=true").await;
    assert_eq!(
        filtered["total"],
        json!({ "value": 1_000, "relation": "atLeast" })
    );
}

#[tokio::test]
async fn the_total_can_be_omitted_and_is_the_same_on_every_page() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    for query in ["total=none", "total=none&q=filler", "total=none&page=2"] {
        assert!(
            page(&app, &admin, query).await.get("total").is_none(),
            "{query}"
        );
    }
    let first = page(&app, &admin, "q=filler").await;
    let cursor = first["page"]["next"].as_str().unwrap();
    let second = page(&app, &admin, &format!("q=filler&cursor={cursor}")).await;
    assert_eq!(first["total"], json!({ "value": 30, "relation": "exact" }));
    assert_eq!(second["total"], first["total"]);
    let nobody = page(&app, &admin, "q=nobody").await;
    assert_eq!(nobody["total"], json!({ "value": 0, "relation": "exact" }));
    assert_eq!(nobody["items"], json!([]));
}

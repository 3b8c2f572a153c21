//! GET /api/audit: invalid parameters

use super::page;
use crate::support::TestApp;

#[tokio::test]
async fn each_invalid_parameter_is_named() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let upper = admin.id.to_string().to_uppercase();
    let long = "x".repeat(65);
    for (query, errors) in [
        ("size=0", &[("size", "out_of_range")][..]),
        ("size=101", &[("size", "out_of_range")]),
        ("size=many", &[("size", "invalid_value")]),
        ("event=Login", &[("event", "invalid_value")]),
        ("event=a%00", &[("event", "invalid_value")]),
        (&format!("event={long}"), &[("event", "invalid_value")]),
        ("severity=INFO", &[("severity", "invalid_value")]),
        (&format!("userId={upper}"), &[("userId", "invalid_value")]),
        ("actorId=me", &[("actorId", "invalid_value")]),
        ("from=yesterday", &[("from", "invalid_value")]),
        ("to=2026-01-31", &[("to", "invalid_value")]),
        (
            "from=2026-01-31T00:00:00Z&to=2026-01-31T01:00:00%2B01:00",
            &[("to", "out_of_range")],
        ),
        ("size=1&size=1", &[("size", "duplicate_parameter")]),
        (
            "size=x&event=%20&severity=y&userId=z&actorId=z&from=w&to=v&cursor=u",
            &[
                ("size", "invalid_value"),
                ("event", "invalid_value"),
                ("severity", "invalid_value"),
                ("userId", "invalid_value"),
                ("actorId", "invalid_value"),
                ("from", "invalid_value"),
                ("to", "invalid_value"),
            ],
        ),
    ] {
        let before = app.statements().await;
        let path = format!("/api/audit?{query}");
        let answer = app.get(&path).bearer(&admin).send().await;
        answer.expect_fields(400, "invalid_query", errors);
        assert_eq!(app.statements().await, before, "{query}");
    }
}

#[tokio::test]
async fn empty_parameters_are_ignored_and_all_rfc_3339_times_are_accepted() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    for query in [
        "cursor=&size=&event=&severity=&userId=&actorId=&from=&to=&path=audit",
        "from=0000-01-01T00:00:00%2B23:59&to=9999-12-31T23:59:59.999999999Z",
        "size=1&event=login",
    ] {
        let list = page(&app, &admin, query).await;
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{query}");
    }
}

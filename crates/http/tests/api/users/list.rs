//! GET /api/users: sort orders and pages

use std::collections::HashSet;

use serde_json::Value;

use super::{administrator, emails, fill, page};
use crate::support::{Person, TestApp};

/// Follows the cursors from a page to the end, forwards (`next`) or backwards (`prev`).
async fn follow(
    app: &TestApp,
    viewer: &Person,
    query: &str,
    first: Value,
    way: &str,
) -> Vec<Value> {
    let mut pages = vec![first];
    while let Some(cursor) = pages.last().unwrap()["page"][way].as_str() {
        assert!(pages.len() < 100, "the cursors form a loop");
        let next = page(app, viewer, &format!("{query}&cursor={cursor}")).await;
        assert!(next["page"].get("number").is_none());
        pages.push(next);
    }
    pages
}

fn all(pages: &[Value]) -> Vec<String> {
    pages.iter().flat_map(emails).collect()
}

#[tokio::test]
async fn the_first_page_has_the_twenty_newest_users() {
    let app = TestApp::new().await;
    let viewer = app.signed_in("viewer@example.com", &["viewer"]).await;
    fill(&app, 30).await;
    let answer = app.get("/api/users").bearer(&viewer).send().await;
    let list = answer.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let found = emails(&list);
    assert_eq!(found.len(), 20);
    assert_eq!(
        found[..3],
        [
            "viewer@example.com",
            "u00030@example.com",
            "u00029@example.com"
        ]
    );
    assert_eq!(list["page"]["size"], 20);
    assert_eq!(list["page"]["number"], 1);
    assert!(list["page"]["next"].is_string());
    assert_eq!(list["page"]["prev"], Value::Null);
    assert_eq!(
        list["total"],
        serde_json::json!({ "value": 31, "relation": "exact" })
    );
}

#[tokio::test]
async fn a_listed_user_has_exactly_the_documented_fields() {
    let app = TestApp::new().await;
    let viewer = app.signed_in("viewer@example.com", &["viewer"]).await;
    let list = page(&app, &viewer, "").await;
    let user = list["items"][0].as_object().unwrap();
    let fields: HashSet<_> = user.keys().map(String::as_str).collect();
    let contract =
        "id email name roles isActive emailVerifiedAt lastLoginAt createdAt updatedAt version";
    assert_eq!(fields, contract.split(' ').collect());
    for time in ["lastLoginAt", "createdAt", "updatedAt"] {
        assert!(user[time].as_str().unwrap().ends_with('Z'), "{time} is UTC");
    }
}

#[tokio::test]
async fn every_sort_order_is_kept_over_all_pages() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 12).await;
    let mut by_age: Vec<_> = (1..=12).map(|i| format!("u{i:05}@example.com")).collect();
    by_age.push("root@example.com".to_owned());
    let mut by_email = by_age.clone();
    by_email.sort();
    let reversed = |list: &[String]| list.iter().rev().cloned().collect::<Vec<_>>();
    for (sort, expected) in [
        ("createdAt", by_age.clone()),
        ("-createdAt", reversed(&by_age)),
        ("email", by_email.clone()),
        ("-email", reversed(&by_email)),
    ] {
        let query = format!("sort={sort}&size=5");
        let first = page(&app, &admin, &query).await;
        let pages = follow(&app, &admin, &query, first, "next").await;
        assert_eq!(all(&pages), expected, "{sort}");
        let last = pages.last().unwrap().clone();
        let mut back = follow(&app, &admin, &query, last, "prev").await;
        back.reverse();
        assert_eq!(all(&back), expected, "{sort} backwards");
        assert_eq!(back[0]["page"]["prev"], Value::Null);
    }
}

#[tokio::test]
async fn cursors_visit_each_user_once_even_if_all_have_the_same_time() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 40).await;
    app.database
        .execute("update users set created_at = '2026-02-02 02:02:02.123456Z'")
        .await;
    for sort in ["createdAt", "-createdAt"] {
        let query = format!("sort={sort}&size=7&total=none");
        let first = page(&app, &admin, &query).await;
        let pages = follow(&app, &admin, &query, first, "next").await;
        assert_eq!(pages.len(), 6);
        let forwards = all(&pages);
        assert_eq!(forwards.iter().collect::<HashSet<_>>().len(), 41);
        assert_eq!(forwards.len(), 41);
        let last = pages.last().unwrap().clone();
        let mut back = follow(&app, &admin, &query, last, "prev").await;
        back.reverse();
        assert_eq!(all(&back), forwards);
    }
}

#[tokio::test]
async fn a_user_created_meanwhile_does_not_shift_pages() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 10).await;
    let first = page(&app, &admin, "size=5").await;
    app.person("late@example.com", &["user"]).await;
    let pages = follow(&app, &admin, "size=5", first, "next").await;
    let found = all(&pages);
    assert_eq!(found.len(), 11);
    assert_eq!(found.iter().collect::<HashSet<_>>().len(), 11);
}

#[tokio::test]
async fn numbered_pages_show_their_number_and_have_cursors() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 12).await;
    let query = "sort=email&size=5";
    let mut found = Vec::new();
    for number in 1..=3 {
        let list = page(&app, &admin, &format!("{query}&page={number}")).await;
        assert_eq!(list["page"]["number"], number);
        assert_eq!(list["page"]["size"], 5);
        assert_eq!(list["page"]["prev"].is_null(), number == 1);
        assert_eq!(list["page"]["next"].is_null(), number == 3);
        found.extend(emails(&list));
    }
    let by_cursor = page(&app, &admin, query).await;
    let by_cursor = follow(&app, &admin, query, by_cursor, "next").await;
    assert_eq!(found, all(&by_cursor));
    let second = page(&app, &admin, &format!("{query}&page=2")).await;
    for (way, number) in [("prev", 1), ("next", 3)] {
        let cursor = second["page"][way].as_str().unwrap();
        let neighbour = page(&app, &admin, &format!("{query}&cursor={cursor}")).await;
        let same = page(&app, &admin, &format!("{query}&page={number}")).await;
        assert_eq!(neighbour["items"], same["items"], "{way}");
    }
    let past = page(&app, &admin, &format!("{query}&page=4")).await;
    assert_eq!(emails(&past), Vec::<String>::new());
    assert_eq!(past["page"]["next"], Value::Null);
    assert_eq!(past["total"]["value"], 13);
}

#[tokio::test]
async fn filters_by_role_and_state_hold_on_every_page() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    app.database
        .execute(
            "update users set roles = '{manager,viewer}' where email like 'u0000%';
         update users set is_active = false where email like '%5@example.com'",
        )
        .await;
    for (filter, count) in [
        ("role=manager", 9),
        ("role=viewer", 9),
        ("role=nonexistent", 0),
        ("active=false", 3),
        ("active=true", 28),
        ("role=manager&active=false", 1),
        ("role=user&active=true", 19),
    ] {
        let query = format!("{filter}&size=2");
        let first = page(&app, &admin, &query).await;
        assert_eq!(first["total"]["value"], count, "{filter}");
        let pages = follow(&app, &admin, &query, first, "next").await;
        let items: Vec<_> = pages
            .iter()
            .flat_map(|page| page["items"].as_array().unwrap())
            .collect();
        assert_eq!(items.len(), count, "{filter}");
        for user in items {
            if let Some((_, role)) = filter.split('&').next().unwrap().split_once("role=") {
                assert!(user["roles"].as_array().unwrap().contains(&role.into()));
            }
            if let Some((_, active)) = filter.split_once("active=") {
                assert_eq!(user["isActive"].to_string(), active);
            }
        }
    }
}

#[tokio::test]
async fn an_empty_parameter_counts_as_missing_and_an_unknown_one_is_ignored() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let query = "page=&cursor=&size=&q=&role=&active=&sort=&total=&path=users&utm=x";
    let list = page(&app, &admin, query).await;
    assert_eq!(emails(&list), ["root@example.com"]);
    assert_eq!(list["page"]["size"], 20);
}

#[tokio::test]
async fn every_page_costs_one_statement() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    let cursor = page(&app, &admin, "").await["page"]["next"]
        .as_str()
        .unwrap()
        .to_owned();
    for query in [
        "",
        "page=2&sort=email",
        "total=none",
        "q=filler",
        "q=fi&role=user&active=true",
        &format!("cursor={cursor}"),
    ] {
        let before = app.statements().await;
        page(&app, &admin, query).await;
        assert_eq!(app.statements().await - before, 1, "{query}");
    }
}

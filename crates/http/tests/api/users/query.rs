//! GET /api/users: invalid parameters

use super::{administrator, encoded, fill, page};
use crate::support::{Answer, Person, TestApp};

async fn ask(app: &TestApp, admin: &Person, query: &str) -> Answer {
    let path = format!("/api/users?{query}");
    app.get(&path).bearer(admin).send().await
}

#[tokio::test]
async fn each_invalid_parameter_is_named() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let long = "x".repeat(201);
    for (query, errors) in [
        ("page=x", &[("page", "invalid_value")][..]),
        ("page=1.5", &[("page", "invalid_value")]),
        ("page=0", &[("page", "out_of_range")]),
        ("page=-1", &[("page", "out_of_range")]),
        ("size=0", &[("size", "out_of_range")]),
        ("size=-5", &[("size", "out_of_range")]),
        ("size=101", &[("size", "out_of_range")]),
        ("size=many", &[("size", "invalid_value")]),
        ("size=99999999999999999999", &[("size", "invalid_value")]),
        ("active=yes", &[("active", "invalid_value")]),
        ("sort=name", &[("sort", "invalid_value")]),
        ("sort=-createdat", &[("sort", "invalid_value")]),
        ("total=exact", &[("total", "invalid_value")]),
        ("page=1&page=1", &[("page", "duplicate_parameter")]),
        ("q=a&q=b", &[("q", "duplicate_parameter")]),
        ("q=a%00b", &[("q", "invalid_search")]),
        ("q=a%0Ab", &[("q", "invalid_search")]),
        ("role=a%00b", &[("role", "invalid_role")]),
        (&format!("q={long}"), &[("q", "invalid_search")]),
        (
            "page=x&size=y&active=z&sort=w&total=v",
            &[
                ("page", "invalid_value"),
                ("size", "invalid_value"),
                ("active", "invalid_value"),
                ("sort", "invalid_value"),
                ("total", "invalid_value"),
            ],
        ),
    ] {
        let before = app.statements().await;
        let answer = ask(&app, &admin, query).await;
        answer.expect_fields(400, "invalid_query", errors);
        assert_eq!(app.statements().await, before, "{query}");
    }
}

#[tokio::test]
async fn a_page_number_and_a_cursor_cannot_be_combined() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 30).await;
    let list = page(&app, &admin, "").await;
    let cursor = list["page"]["next"].as_str().unwrap();
    ask(&app, &admin, &format!("page=1&cursor={cursor}"))
        .await
        .expect_fields(400, "invalid_query", &[("page", "page_and_cursor")]);
}

#[tokio::test]
async fn page_sizes_from_one_to_a_hundred_are_accepted() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    fill(&app, 120).await;
    for size in [1, 2, 99, 100] {
        let list = page(&app, &admin, &format!("size={size}")).await;
        assert_eq!(list["items"].as_array().unwrap().len(), size);
        assert_eq!(list["page"]["size"], size);
    }
}

#[tokio::test]
async fn t28_a_page_number_beyond_ten_thousand_rows_is_refused() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for query in [
        "page=501",
        "page=101&size=100",
        "page=10001&size=1",
        "page=3334&size=3",
        "page=9223372036854775807",
        "page=9223372036854775807&size=100",
    ] {
        let answer = ask(&app, &admin, query).await;
        answer.expect_problem(400, "use_cursor");
    }
    for query in ["page=500", "page=100&size=100", "page=10000&size=1"] {
        page(&app, &admin, query).await;
    }
    ask(&app, &admin, "page=9223372036854775808")
        .await
        .expect_fields(400, "invalid_query", &[("page", "invalid_value")]);
}

#[tokio::test]
async fn a_search_of_two_hundred_characters_is_accepted_whatever_its_bytes() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    let text = encoded("ä".repeat(200));
    let list = page(&app, &admin, &format!("q={text}")).await;
    assert_eq!(list["total"]["value"], 0);
}

#[tokio::test]
async fn an_invalid_query_string_is_a_400() {
    let app = TestApp::new().await;
    let admin = administrator(&app).await;
    for query in ["q=%FF%FE", "q=%", "&&&", "=", "q=%ED%A0%80", "%00=1"] {
        let answer = ask(&app, &admin, query).await;
        assert!(
            matches!(answer.status.as_u16(), 200 | 400),
            "{query}: {answer:?}"
        );
    }
}

//! Bodies of at most 64 KiB, and queries and paths of any length.

use super::operations;
use crate::support::TestApp;

const MOST: usize = 64 * 1024;

#[tokio::test]
async fn t28_a_byte_over_64_kib_is_413_before_anything_is_parsed() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let before = app.statements().await;
    for operation in operations(&admin)
        .iter()
        .filter(|operation| operation.body.is_some())
    {
        for body in [
            vec![b'{'; MOST + 1],
            vec![0xff; MOST + 1],
            vec![b' '; 5 << 20],
        ] {
            for kind in ["application/json", "text/plain"] {
                let answer = operation
                    .call(&app, &admin)
                    .body(kind, body.clone())
                    .send()
                    .await;
                answer.expect_problem(413, "body_too_large");
            }
        }
        // A declared length above the limit is refused before the body is received.
        let call = operation
            .call(&app, &admin)
            .header("content-length", "65537");
        call.send().await.expect_problem(413, "body_too_large");
        let answer = operation
            .call(&app, &admin)
            .body("application/json", vec![b'{'; MOST]);
        answer.send().await.expect_problem(400, "malformed_json");
    }
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn t28_a_body_of_exactly_64_kib_is_accepted() {
    let app = TestApp::new().await;
    app.person("ada@example.com", &["user"]).await;
    let body = r#"{"email":"ada@example.com","password":"zebra umbrella note"}"#;
    let padded = format!("{body}{}", " ".repeat(MOST - body.len()));
    assert_eq!(padded.len(), MOST);
    app.post("/api/login")
        .body("application/json", padded)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn t28_numbers_and_texts_in_a_query_beyond_all_bounds_are_a_400() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    for query in [
        "page=9223372036854775808",
        "page=-9223372036854775809",
        "page=1e3",
        "page=0",
        "size=9223372036854775808",
        "size=0",
        "size=-1",
        "size=2147483648",
        "page=9223372036854775807&size=100",
        "page=1&page=2",
        "cursor=%00",
        "cursor=%ff%fe",
        "cursor=hpc_",
        "sort=password_hash",
        "sort=%00",
        "active=maybe",
        "total=%ED%A0%80",
    ] {
        let answer = app
            .get(&format!("/api/users?{query}"))
            .bearer(&admin)
            .send()
            .await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
    let long = "x".repeat(60_000);
    for query in [
        "q=%00",
        "q=%ff",
        "q=%ED%A0%80",
        "role=%00",
        "q=%F0%9F%A6%8A",
        &format!("q={long}"),
        &format!("{long}=1"),
    ] {
        let answer = app
            .get(&format!("/api/users?{query}"))
            .bearer(&admin)
            .send()
            .await;
        let status = answer.status.as_u16();
        assert!(
            matches!(status, 200 | 400),
            "{}: {}",
            &query[..5],
            answer.text()
        );
    }
}

#[tokio::test]
async fn invalid_ids_are_refused_without_a_statement() {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let before = app.statements().await;
    let upper = admin.id.to_string().to_uppercase();
    let simple = admin.id.simple().to_string();
    let long = "0".repeat(60_000);
    for id in [
        "%00",
        "%2e%2e",
        "null",
        "0",
        "-1",
        "9223372036854775808",
        "'",
        "%ff",
        &upper,
        &simple,
        &long,
    ] {
        for path in ["", "/sessions", "/sessions/x"] {
            let call = app.get(&format!("/api/users/{id}{path}")).bearer(&admin);
            let status = call.send().await.status.as_u16();
            assert!(matches!(status, 400 | 404 | 405), "{id}{path}: {status}");
        }
    }
    assert_eq!(app.statements().await, before);
}

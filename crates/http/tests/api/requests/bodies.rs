//! Invalid bodies: every operation responds with 4xx, never 500, and changes nothing.

use super::{Operation, operations, stored};
use crate::support::{Person, TestApp};

const JSON: &str = "application/json";

async fn with_admin() -> (TestApp, Person, Vec<Operation>) {
    let app = TestApp::new().await;
    let admin = app.signed_in("admin@example.com", &["admin"]).await;
    let taking_one = operations(&admin)
        .into_iter()
        .filter(|operation| operation.body.is_some());
    let taking_one = taking_one.collect();
    (app, admin, taking_one)
}

#[tokio::test]
async fn t28_invalid_json_is_a_400() {
    let (app, admin, operations) = with_admin().await;
    let (statements, before) = (app.statements().await, stored(&app).await);
    let utf_16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bodies: [&[u8]; 14] = [
        b"{",
        b"{}{}",
        b"{} x",
        b"nope",
        b"{'a':1}",
        b"{\"a\":1,}",
        b"{\"a\":NaN}",
        b"// comment\n{}",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        &utf_16,
        b"\0",
        b"{\"a\0\":1}",
        b"{\"\xff\":1}",
    ];
    for operation in &operations {
        for body in bodies {
            let answer = operation.call(&app, &admin).body(JSON, body).send().await;
            // 422 is allowed: the parser may stop at the first unknown field, before the invalid part.
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 400 | 422),
                "{operation:?} {body:?}: {}",
                answer.text()
            );
            answer.expect_problem(
                status,
                if status == 400 {
                    "malformed_json"
                } else {
                    "invalid_fields"
                },
            );
        }
    }
    assert_eq!(app.statements().await, statements);
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t28_json_of_another_shape_is_a_4xx() {
    let (app, admin, operations) = with_admin().await;
    let (statements, before) = (app.statements().await, stored(&app).await);
    let deep = [b"[".repeat(200), b"]".repeat(200)].concat();
    let deep_object = [b"{\"email\":".repeat(200), b"1".to_vec(), b"}".repeat(200)].concat();
    let bodies: [&[u8]; 10] = [
        b"null",
        b"true",
        b"\"{}\"",
        b"9223372036854775808",
        b"1e999",
        b"[1]",
        b"{\"nobody\":1}",
        b"{\"__proto__\":{\"isAdmin\":true}}",
        &deep,
        &deep_object,
    ];
    for operation in &operations {
        for body in bodies {
            let answer = operation.call(&app, &admin).body(JSON, body).send().await;
            let status = answer.status.as_u16();
            assert!(
                matches!(status, 400 | 422),
                "{operation:?} {body:?}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(app.statements().await, statements);
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t28_duplicate_and_unknown_fields_are_refused() {
    let (app, admin, operations) = with_admin().await;
    let before = stored(&app).await;
    for operation in &operations {
        let body = operation.body.clone().unwrap();
        for (name, value) in body.as_object().unwrap() {
            let rest = body.to_string();
            let twice = format!("{{\"{name}\":{value},{}", &rest[1..]);
            let answer = operation.call(&app, &admin).body(JSON, twice).send().await;
            answer.expect_fields(422, "invalid_fields", &[(name, "duplicate_field")]);
        }
        for name in [
            "id",
            "version",
            "emailVerifiedAt",
            "passwordHash",
            "is_active",
        ] {
            let mut more = body.clone();
            more[name] = true.into();
            let answer = operation.call(&app, &admin).json(&more).send().await;
            answer.expect_fields(422, "invalid_fields", &[(name, "unknown_field")]);
        }
    }
    assert_eq!(stored(&app).await, before);
}

#[tokio::test]
async fn t28_nul_and_lone_surrogates_in_any_field_are_a_4xx() {
    let (app, admin, operations) = with_admin().await;
    // The first request of a generation is stored with the session. It is made here, before the comparison.
    app.get("/api/me").bearer(&admin).send().await.expect(200);
    let before = stored(&app).await;
    for operation in &operations {
        let body = operation.body.clone().unwrap();
        for (name, value) in body.as_object().unwrap() {
            for (text, statuses) in [
                (r#""\ud800""#, &[400][..]),
                (r#""\udc00x""#, &[400]),
                (r#""\ud800\ud800""#, &[400]),
                ("\"a\u{1}b\"", &[400]),
                (r#""a\u0000b""#, &[401, 422]),
            ] {
                let text = if value.is_array() {
                    format!("[{text}]")
                } else {
                    text.to_owned()
                };
                let changed = body.to_string().replace(&value.to_string(), &text);
                let answer = operation
                    .call(&app, &admin)
                    .body(JSON, changed.clone())
                    .send()
                    .await;
                let status = answer.status.as_u16();
                assert!(
                    statuses.contains(&status),
                    "{operation:?} {name} {changed}: {}",
                    answer.text()
                );
            }
        }
    }
    let after = stored(&app).await;
    // Refused sign-ins are counted and recorded. Nothing else changes.
    let counted = ["hallpass.audit_events: ", "hallpass.login_throttle: "];
    let others = |stored: &str| -> Vec<String> {
        let lines = stored.lines().map(str::to_owned);
        lines
            .filter(|line| !counted.iter().any(|table| line.starts_with(table)))
            .collect()
    };
    assert_eq!(others(&after), others(&before));
}

#[tokio::test]
async fn only_json_in_utf_8_is_accepted() {
    let (app, admin, operations) = with_admin().await;
    let before = stored(&app).await;
    for operation in &operations {
        let body = operation.body.clone().unwrap().to_string();
        for other in [
            "text/plain",
            "text/json",
            "application/jsonp",
            "application/x-www-form-urlencoded",
            "application/json-patch+json",
            "application/json; charset=utf-16",
            "application/json; charset=iso-8859-1",
            "json",
            "",
            "*/*",
        ] {
            let answer = operation
                .call(&app, &admin)
                .body(other, body.clone())
                .send()
                .await;
            answer.expect_problem(415, "unsupported_media_type");
        }
    }
    assert_eq!(stored(&app).await, before);
    let refresh = |kind| app.post("/api/refresh").body(kind, "{}").send();
    for same in [
        "application/json; charset=utf-8",
        "APPLICATION/JSON",
        "application/json;charset=\"UTF-8\"",
    ] {
        refresh(same)
            .await
            .expect_problem(401, "invalid_refresh_token");
    }
}

#[tokio::test]
async fn problems_do_not_repeat_the_input() {
    let (app, admin, operations) = with_admin().await;
    for operation in &operations {
        let body = operation.body.clone().unwrap();
        for (name, _) in body.as_object().unwrap() {
            // If an object is expected, errors name its unknown keys, so the key must not be the canary.
            let key = if body[name].is_object() {
                "another"
            } else {
                "canary-4711"
            };
            for value in [
                serde_json::json!(["canary-4711"]),
                serde_json::json!({ key: "canary-4711" }),
                serde_json::json!("expected canary-4711 at line 1"),
            ] {
                let mut changed = body.clone();
                changed[name] = value;
                let answer = operation.call(&app, &admin).json(&changed).send().await;
                let refused = answer.status.is_client_error();
                assert!(
                    !refused || !answer.text().contains("canary-4711"),
                    "{}",
                    answer.text()
                );
            }
        }
        let mut changed = body.clone();
        changed["delivery"] = "expected canary-4711 at line 1".into();
        let answer = operation.call(&app, &admin).json(&changed).send().await;
        answer.expect_problem(422, "invalid_fields");
        assert!(!answer.text().contains("canary-4711"), "{}", answer.text());
    }
}

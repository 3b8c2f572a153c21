//! The new refresh token is delivered in the same way as the old one was sent.

use serde_json::json;

use super::{by_body, by_cookie, session};
use crate::support::TestApp;

#[tokio::test]
async fn a_token_from_a_cookie_is_returned_by_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let answer = by_cookie(&app, &ada.refresh_token).send().await;
    assert!(answer.expect(200).get("refreshToken").is_none());
    let next = answer.cookie("__Host-hallpass").unwrap();
    assert!(next.starts_with("hpr_") && next != ada.refresh_token);
    let cookie = answer.header("set-cookie").unwrap();
    for attribute in ["; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let present = answer.cookie("__Host-hallpass-present");
    assert_eq!(present.as_deref(), Some("1"));
    by_cookie(&app, &next).send().await.expect(200);
}

#[tokio::test]
async fn a_token_from_the_body_is_returned_in_the_body_and_keeps_the_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let other = app.signed_in_again(&ada).await;
    let answer = by_body(&app, &ada.refresh_token)
        .cookie(&other.refresh_token)
        .send()
        .await;
    assert!(answer.expect(200)["refreshToken"].is_string());
    assert_eq!(answer.header("set-cookie"), None);
    let answer = by_body(&app, "hpr_nonsense")
        .cookie(&other.refresh_token)
        .send()
        .await;
    answer.expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.header("set-cookie"), None);
    by_cookie(&app, &other.refresh_token)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn without_a_token_in_the_body_the_cookie_is_used() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    for body in ["", "{}", r#"{"refreshToken":null}"#] {
        let call = by_cookie(&app, &ada.refresh_token).body("application/json", body);
        call.send().await.expect(200);
    }
}

#[tokio::test]
async fn a_refresh_without_a_token_is_401_and_clears_no_cookie() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    let answer = app.post("/api/refresh").send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.header("set-cookie"), None);
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn a_marker_cookie_without_a_session_is_cleared() {
    let app = TestApp::new().await;
    let before = app.statements().await;
    let call = app
        .post("/api/refresh")
        .header("cookie", "__Host-hallpass-present=1")
        .header("sec-fetch-site", "same-origin");
    let answer = call.send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    let cleared = answer.cookie("__Host-hallpass-present");
    assert_eq!(cleared.as_deref(), Some(""));
    assert_eq!(app.statements().await, before);
}

#[tokio::test]
async fn t02_two_cookies_with_the_same_name_are_both_ignored() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let mallory = app.signed_in("mallory@example.com", &["user"]).await;
    let stored = "select string_agg(s::text, '|' order by id) from sessions s";
    let stored_before: String = app.database.value(stored).await;
    let before = app.statements().await;
    for (first, second) in [
        (&ada.refresh_token, &mallory.refresh_token),
        (&mallory.refresh_token, &ada.refresh_token),
        (&ada.refresh_token, &ada.refresh_token),
    ] {
        let cookies = format!("a=b; __Host-hallpass={first}; __Host-hallpass={second}");
        let call = app.post("/api/refresh").header("cookie", &cookies);
        let answer = call.header("sec-fetch-site", "same-origin").send().await;
        answer.expect_problem(401, "invalid_refresh_token");
        assert_eq!(answer.cookie("__Host-hallpass").as_deref(), Some(""));
    }
    let second = format!("__Host-hallpass={}", mallory.refresh_token);
    let in_two_lines = by_cookie(&app, &ada.refresh_token).also("cookie", &second);
    let answer = in_two_lines.send().await;
    answer.expect_problem(401, "invalid_refresh_token");
    assert_eq!(app.statements().await, before);
    assert_eq!(app.database.value::<String>(stored).await, stored_before);
}

#[tokio::test]
async fn cookies_of_other_applications_are_ignored() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let token = &ada.refresh_token;
    for cookies in [
        format!("theme=dark; __Host-hallpass={token}; __Host-hallpass-device=x"),
        format!("__Host-hallpass={token};"),
        format!("flag; =; ;a=b=c;__Host-hallpass={token}"),
        // Cookies of other applications on the host can contain characters that are not ASCII.
        format!("name=Zo\u{eb}; __Host-hallpass={token}"),
    ] {
        let call = app.post("/api/refresh").header("cookie", &cookies);
        let answer = call.header("sec-fetch-site", "same-origin").send().await;
        assert_eq!(answer.status, 200, "{cookies}");
    }
    assert_eq!(session(&app).await["generation"], 1);
}

#[tokio::test]
async fn a_cookie_with_a_similar_name_is_not_a_session_cookie() {
    let app = TestApp::new().await;
    let ada = app.signed_in("ada@example.com", &["user"]).await;
    let token = &ada.refresh_token;
    for name in [
        "hallpass",
        "__host-hallpass",
        "__Secure-hallpass",
        "x__Host-hallpass",
        "__Host-hallpass-device",
    ] {
        let call = app
            .post("/api/refresh")
            .header("cookie", &format!("{name}={token}"));
        let answer = call.header("sec-fetch-site", "same-origin").send().await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    let body = json!({ "refreshToken": token });
    app.post("/api/refresh")
        .json(&body)
        .send()
        .await
        .expect(200);
}

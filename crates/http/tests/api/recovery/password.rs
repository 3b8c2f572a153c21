//! Setting a password with a valid link.

use serde_json::json;

use super::{NEW, link, people, redeem};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_link_sets_the_password_and_signs_in() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let before = app.statements().await;
    let answer = redeem(&app, &token, NEW).send().await;
    assert_eq!(app.statements().await - before, 2);
    let tokens = answer.expect(200);
    assert_eq!(tokens["tokenType"], "Bearer");
    assert_eq!(tokens["expiresIn"], 600);
    assert_eq!(tokens["user"]["id"], ada.id.to_string());
    assert_eq!(answer.header("set-cookie"), None);
    let access = tokens["accessToken"].as_str().unwrap();
    app.get("/api/me").token(access).send().await.expect(200);
    let body = json!({ "refreshToken": tokens["refreshToken"] });
    app.post("/api/refresh")
        .json(&body)
        .send()
        .await
        .expect(200);
    let sign_in = |password: &str| {
        app.post("/api/login")
            .json(&json!({ "email": ada.email, "password": password }))
            .send()
    };
    sign_in(PASSWORD)
        .await
        .expect_problem(401, "invalid_credentials");
    sign_in(NEW).await.expect(200);
}

#[tokio::test]
async fn a_link_delivers_the_refresh_token_by_cookie_unless_requested_otherwise() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let body = json!({ "token": token, "password": NEW });
    let answer = app.post("/api/recovery").json(&body).send().await;
    assert!(answer.expect(200).get("refreshToken").is_none());
    let cookie = answer.cookie("__Host-hallpass").unwrap();
    assert!(
        answer
            .cookie("__Host-hallpass-device")
            .unwrap()
            .starts_with("hpd_")
    );
    app.post("/api/refresh")
        .cookie(&cookie)
        .send()
        .await
        .expect(200);
}

#[tokio::test]
async fn t06_only_the_other_sessions_of_the_account_end() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let other = app.signed_in_again(&ada).await;
    let token = link(&app, &admin, &ada).await;
    // Creating a link ends no session.
    app.get("/api/me").bearer(&ada).send().await.expect(200);
    redeem(&app, &token, NEW).send().await.expect(200);
    for ended in [&ada, &other] {
        app.get("/api/me")
            .bearer(ended)
            .send()
            .await
            .expect_problem(401, "unauthenticated");
        let answer = app
            .post("/api/refresh")
            .cookie(&ended.refresh_token)
            .send()
            .await;
        answer.expect_problem(401, "invalid_refresh_token");
    }
    app.get("/api/me").bearer(&admin).send().await.expect(200);
}

#[tokio::test]
async fn redeeming_a_link_is_recorded_once() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let answer = redeem(&app, &token, NEW).send().await;
    answer.expect(200);
    redeem(&app, &token, NEW).send().await.expect(401);
    let events = app.database.events("password_set_by_link").await;
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(event["severity"], "info");
    assert_eq!(event["subject_id"], ada.id.to_string());
    assert_eq!(event["request_id"].as_str(), answer.header("x-request-id"));
    assert!(event["session_id"].is_string());
}

#[tokio::test]
async fn a_link_sets_the_password_verbatim() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    for password in [
        "  two spaces at each end  ",
        "re\u{301}sume\u{301} of a wolf",
        "\u{1f98a}\u{1f427}\u{1f40b}\u{1f995}\u{1f98e}\u{1f99c}\u{1f9a9}\u{1f433}\u{1f9ad}\u{1f41d}\u{1f98b}\u{1f40c}",
        &"zebra umbrella! ".repeat(8),
    ] {
        let token = link(&app, &admin, &ada).await;
        redeem(&app, &token, password).send().await.expect(200);
        let body = json!({ "email": ada.email, "password": password });
        app.post("/api/login").json(&body).send().await.expect(200);
        let other = password.trim().replace('\u{1f98a}', "");
        if other != password {
            let body = json!({ "email": ada.email, "password": other });
            app.post("/api/login").json(&body).send().await.expect(401);
        }
    }
}

#[tokio::test]
async fn a_weak_password_is_refused_and_the_link_stays_valid() {
    let app = TestApp::new().await;
    let (admin, ada) = people(&app).await;
    let token = link(&app, &admin, &ada).await;
    let before = app.statements().await;
    for (password, code) in [
        ("", "too_short"),
        ("elf zeichen", "too_short"),
        (&"zebra umbrella ".repeat(9), "too_long"),
        ("password1234", "too_common"),
        ("hallpass-2026", "too_common"),
        ("ada@example.com", "too_common"),
    ] {
        let answer = redeem(&app, &token, password).send().await;
        answer.expect_fields(422, "invalid_fields", &[("password", code)]);
    }
    // Each refusal costs one statement, which checks the link, and no hash.
    assert_eq!(app.statements().await - before, 6);
    redeem(&app, &token, NEW).send().await.expect(200);
}

#[tokio::test]
async fn a_link_sets_the_first_password_of_a_new_account() {
    let app = TestApp::new().await;
    let (admin, _) = people(&app).await;
    let body = json!({ "email": "eve@example.com", "name": "Eve", "roles": ["user"] });
    let made = app
        .post("/api/users")
        .bearer(&admin)
        .json(&body)
        .send()
        .await
        .expect(201);
    let token = made["setupLink"]
        .as_str()
        .unwrap()
        .split_once('#')
        .unwrap()
        .1;
    let sign_in = || {
        app.post("/api/login")
            .json(&json!({ "email": "eve@example.com", "password": NEW }))
            .send()
    };
    sign_in().await.expect_problem(401, "invalid_credentials");
    redeem(&app, token, NEW).send().await.expect(200);
    sign_in().await.expect(200);
}

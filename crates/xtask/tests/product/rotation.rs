//! Replacing the secret in two changes of the variables. After each, the processes are restarted, as a deployment does.

use std::net::Ipv4Addr;

use hallpass_platform::random_secret;
use hallpass_test_support::{Answer, client::send_from};
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::test_app::{PASSWORD, TestApp, credentials};

/// IDs of the published keys.
async fn published(app: &TestApp) -> Vec<String> {
    let answer = app.get("/.well-known/jwks.json", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let set = answer.json();
    let keys = set["keys"].as_array().unwrap();
    let names = keys
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned());
    names.collect()
}

/// Sets a secret, and optionally the previous one, for all processes that are started from now on.
async fn edit(app: &TestApp, secret: &str, previous: Option<&str>) {
    app.platform.set_env("HALLPASS_SECRET", secret);
    match previous {
        Some(previous) => app.platform.set_env("HALLPASS_SECRET_PREVIOUS", previous),
        None => app.platform.remove_env("HALLPASS_SECRET_PREVIOUS"),
    }
    app.platform.recycle().await;
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.post("/api/refresh", &json!({ "refreshToken": token }))
        .await
}

/// The one-time link of a new user.
async fn link(app: &TestApp, access: &str, email: &str) -> String {
    let user = json!({ "email": email, "name": "Bob", "roles": ["user"] });
    let answer = app.post_as(access, "/api/users", &user).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let link = answer.field("setupLink");
    link.split_once('#').unwrap().1.to_owned()
}

async fn redeem(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "token": token, "password": "velvet harbor siren", "delivery": "body" });
    app.post("/api/recovery", &body).await
}

/// Signs in with the cookie of a known device.
async fn sign_in_on(app: &TestApp, device: &str) -> Answer {
    let cookie = format!("__Host-hallpass-device={device}");
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    app.post_with(&headers, "/api/login", &credentials(PASSWORD))
        .await
}

async fn device_of(app: &TestApp) -> String {
    let mut browser = credentials(PASSWORD);
    browser["delivery"] = json!("cookie");
    let answer = app.post("/api/login", &browser).await;
    answer.cookie("__Host-hallpass-device").unwrap()
}

/// Fails to sign in from other networks until all clients except known devices are blocked.
async fn attack(app: &TestApp) {
    let run = |sql: &str| app.postgres.execute("postgres", sql.to_owned());
    run("delete from hallpass.login_throttle").await.unwrap();
    for stranger in [2, 3] {
        let body = credentials("not the password").to_string();
        let request = Request::post(app.address("/api/login"))
            .header("content-type", "application/json")
            .body(body);
        let answer = send_from(Ipv4Addr::new(127, 0, 0, stranger), request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    }
    // Only the counter of the account was increased by both networks.
    run("update hallpass.login_throttle set failures = 150, \
         blocked_until = clock_timestamp() + interval '1 hour' where failures = 2")
    .await
    .unwrap();
}

#[tokio::test]
async fn replacing_the_secret_in_two_steps_signs_nobody_out() {
    let (old, new) = (random_secret().unwrap(), random_secret().unwrap());
    let app = TestApp::start(1).await;
    edit(&app, &old, None).await;
    let (old_access, old_refresh) = app.sign_in().await;
    let (_, old_and_idle) = app.sign_in().await;
    let old_device = device_of(&app).await;
    let old_link = link(&app, &old_access, "bob@example.com").await;
    let another_old_link = link(&app, &old_access, "eve@example.com").await;
    let old_keys = published(&app).await;

    edit(&app, &new, Some(&old)).await;
    let both = published(&app).await;
    assert_eq!((old_keys.len(), both.len()), (3, 6));
    assert!(old_keys.iter().all(|key| both.contains(key)));
    let me = app.get("/api/me", &old_access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    let refreshed = refresh(&app, &old_refresh).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed:?}");
    // A repeated request whose response was lost returns the same tokens, even after the change.
    let repeated = refresh(&app, &old_refresh).await;
    assert_eq!(
        repeated.field("refreshToken"),
        refreshed.field("refreshToken")
    );
    let redeemed = redeem(&app, &old_link).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{redeemed:?}");
    let new_device = device_of(&app).await;
    attack(&app).await;
    let stranger = sign_in_on(&app, "hpd_unknown").await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS);
    for device in [&old_device, &new_device] {
        let known = sign_in_on(&app, device).await;
        assert_eq!(known.status, StatusCode::OK, "{known:?}");
    }

    // All tokens and links since the first change are derived from the new secret, so the second change does not affect
    // them.
    edit(&app, &new, None).await;
    let access = refreshed.field("accessToken");
    let me = app.get("/api/me", &access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    let next = refresh(&app, &refreshed.field("refreshToken")).await;
    assert_eq!(next.status, StatusCode::OK, "{next:?}");
    let known = sign_in_on(&app, &new_device).await;
    assert_eq!(known.status, StatusCode::OK, "{known:?}");
    // What was not renewed is invalid. In production, the second change is made after the old tokens have expired.
    expect_over(&app, &old_access, &old_and_idle, &another_old_link).await;
    let unknown = sign_in_on(&app, &old_device).await;
    assert_eq!(unknown.status, StatusCode::TOO_MANY_REQUESTS);
    app.stop().await;
}

/// Checks that the access token, the refresh token and the one-time link are refused.
async fn expect_over(app: &TestApp, access: &str, refresh_token: &str, link: &str) {
    for answer in [
        app.get("/api/me", access).await,
        refresh(app, refresh_token).await,
        redeem(app, link).await,
    ] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    }
}

#[tokio::test]
async fn dropping_the_secret_at_once_signs_everybody_out() {
    let (old, new) = (random_secret().unwrap(), random_secret().unwrap());
    let app = TestApp::start(1).await;
    edit(&app, &old, None).await;
    let (access, refresh_token) = app.sign_in().await;
    let link = link(&app, &access, "bob@example.com").await;
    let old_keys = published(&app).await;

    edit(&app, &new, None).await;
    expect_over(&app, &access, &refresh_token, &link).await;
    let keys = published(&app).await;
    assert!(old_keys.iter().all(|key| !keys.contains(key)), "{keys:?}");
    let (access, _) = app.sign_in().await;
    let me = app.get("/api/me", &access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    app.stop().await;
}

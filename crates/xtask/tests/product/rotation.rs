//! The master secret replaced in two edits, with the processes started anew after each, as a deployment does.

use std::net::Ipv4Addr;

use hallpass_platform::random_secret;
use hyper::{Request, StatusCode};
use serde_json::json;

use crate::stack::{Answer, PASSWORD, Stack, credentials, send_from, text};

/// The names of the published keys.
async fn published(stack: &Stack) -> Vec<String> {
    let answer = stack.get("/.well-known/jwks.json", "").await;
    assert_eq!(answer.status, StatusCode::OK);
    let keys = answer.body["keys"].as_array().unwrap();
    let names = keys
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned());
    names.collect()
}

/// A secret, and perhaps the one before it, for every process from now on.
async fn edit(stack: &Stack, secret: &str, previous: Option<&str>) {
    stack.platform.set_env("HALLPASS_SECRET", secret);
    match previous {
        Some(previous) => stack.platform.set_env("HALLPASS_SECRET_PREVIOUS", previous),
        None => stack.platform.remove_env("HALLPASS_SECRET_PREVIOUS"),
    }
    stack.platform.recycle().await;
}

async fn refresh(stack: &Stack, token: &str) -> Answer {
    stack
        .post("/api/refresh", &json!({ "refreshToken": token }))
        .await
}

/// A new user's one-time link.
async fn link(stack: &Stack, access: &str, email: &str) -> String {
    let user = json!({ "email": email, "name": "Bob", "roles": ["user"] });
    let answer = stack.post_as(access, "/api/users", &user).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    let link = text(&answer, "setupLink");
    link.split_once('#').unwrap().1.to_owned()
}

async fn redeem(stack: &Stack, token: &str) -> Answer {
    let body = json!({ "token": token, "password": "velvet harbor siren", "delivery": "body" });
    stack.post("/api/recovery", &body).await
}

/// Signs in from a browser whose cookie says that it has been here before.
async fn sign_in_on(stack: &Stack, device: &str) -> Answer {
    let cookie = format!("__Host-hallpass-device={device}");
    let headers = [
        ("cookie", cookie.as_str()),
        ("sec-fetch-site", "same-origin"),
    ];
    stack
        .post_with(&headers, "/api/login", &credentials(PASSWORD))
        .await
}

async fn device_of(stack: &Stack) -> String {
    let mut browser = credentials(PASSWORD);
    browser["delivery"] = json!("cookie");
    let answer = stack.post("/api/login", &browser).await;
    answer.cookie("__Host-hallpass-device").unwrap()
}

/// Strangers guess at the administrator's account until everybody but its known devices must wait.
async fn attack(stack: &Stack) {
    let run = |sql: &str| stack.postgres.execute("postgres", sql.to_owned());
    run("delete from hallpass.login_throttle").await.unwrap();
    for stranger in [2, 3] {
        let body = credentials("not the password").to_string();
        let request = Request::post(stack.address("/api/login"))
            .header("content-type", "application/json")
            .body(body);
        let answer = send_from(Ipv4Addr::new(127, 0, 0, stranger), request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    }
    // Only the account's counter is one that both networks moved.
    run("update hallpass.login_throttle set failures = 150, \
         blocked_until = clock_timestamp() + interval '1 hour' where failures = 2")
    .await
    .unwrap();
}

#[tokio::test]
async fn replacing_the_secret_in_two_edits_signs_nobody_out() {
    let (old, new) = (random_secret().unwrap(), random_secret().unwrap());
    let stack = Stack::start(1).await;
    edit(&stack, &old, None).await;
    let (old_access, old_refresh) = stack.sign_in().await;
    let (_, old_and_idle) = stack.sign_in().await;
    let old_device = device_of(&stack).await;
    let old_link = link(&stack, &old_access, "bob@example.com").await;
    let another_old_link = link(&stack, &old_access, "eve@example.com").await;
    let old_keys = published(&stack).await;

    edit(&stack, &new, Some(&old)).await;
    let both = published(&stack).await;
    assert_eq!((old_keys.len(), both.len()), (3, 6));
    assert!(old_keys.iter().all(|key| both.contains(key)));
    let me = stack.get("/api/me", &old_access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    let refreshed = refresh(&stack, &old_refresh).await;
    assert_eq!(refreshed.status, StatusCode::OK, "{refreshed:?}");
    // A lost answer is repeated across the edit, too, and gives the same bytes.
    let repeated = refresh(&stack, &old_refresh).await;
    assert_eq!(
        text(&repeated, "refreshToken"),
        text(&refreshed, "refreshToken")
    );
    let redeemed = redeem(&stack, &old_link).await;
    assert_eq!(redeemed.status, StatusCode::OK, "{redeemed:?}");
    let new_device = device_of(&stack).await;
    attack(&stack).await;
    let stranger = sign_in_on(&stack, "hpd_unknown").await;
    assert_eq!(stranger.status, StatusCode::TOO_MANY_REQUESTS);
    for device in [&old_device, &new_device] {
        let known = sign_in_on(&stack, device).await;
        assert_eq!(known.status, StatusCode::OK, "{known:?}");
    }

    // What was handed out since the first edit is of the new secret: nobody notices the second.
    edit(&stack, &new, None).await;
    let access = text(&refreshed, "accessToken");
    let me = stack.get("/api/me", &access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    let next = refresh(&stack, &text(&refreshed, "refreshToken")).await;
    assert_eq!(next.status, StatusCode::OK, "{next:?}");
    let known = sign_in_on(&stack, &new_device).await;
    assert_eq!(known.status, StatusCode::OK, "{known:?}");
    // What was not renewed is over: the second edit comes when the old tokens have run out anyway.
    expect_over(&stack, &old_access, &old_and_idle, &another_old_link).await;
    let unknown = sign_in_on(&stack, &old_device).await;
    assert_eq!(unknown.status, StatusCode::TOO_MANY_REQUESTS);
    stack.stop().await;
}

/// Nothing of this opens anything any more.
async fn expect_over(stack: &Stack, access: &str, refresh_token: &str, link: &str) {
    for answer in [
        stack.get("/api/me", access).await,
        refresh(stack, refresh_token).await,
        redeem(stack, link).await,
    ] {
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
    }
}

#[tokio::test]
async fn dropping_the_secret_at_once_signs_everybody_out() {
    let (old, new) = (random_secret().unwrap(), random_secret().unwrap());
    let stack = Stack::start(1).await;
    edit(&stack, &old, None).await;
    let (access, refresh_token) = stack.sign_in().await;
    let link = link(&stack, &access, "bob@example.com").await;
    let old_keys = published(&stack).await;

    edit(&stack, &new, None).await;
    expect_over(&stack, &access, &refresh_token, &link).await;
    let keys = published(&stack).await;
    assert!(old_keys.iter().all(|key| !keys.contains(key)), "{keys:?}");
    let (access, _) = stack.sign_in().await;
    let me = stack.get("/api/me", &access).await;
    assert_eq!(me.status, StatusCode::OK, "{me:?}");
    stack.stop().await;
}

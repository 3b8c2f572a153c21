//! POST /api/logout

mod everywhere;
mod refused;
mod sign_out;

use crate::support::{Answer, Person, TestApp};

/// Fails unless the response is that of a sign-out: 204 without a body, the session cookies and the site's storage
/// cleared.
#[track_caller]
fn expect_signed_out(answer: &Answer) {
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert!(answer.body.is_empty());
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
    assert_eq!(
        cookies,
        [
            "__Host-hallpass=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Strict",
            "__Host-hallpass-present=; Path=/; Max-Age=0; Secure; SameSite=Strict"
        ]
    );
    // Not all cookies are cleared: the device stays a known device.
    assert_eq!(
        answer.header("clear-site-data"),
        Some("\"cache\", \"storage\"")
    );
}

/// Fails unless both tokens of the session are refused.
async fn expect_over(app: &TestApp, person: &Person) {
    let answer = app.get("/api/me").bearer(person).send().await;
    answer.expect_problem(401, "unauthenticated");
    let answer = app
        .post("/api/refresh")
        .cookie(&person.refresh_token)
        .send()
        .await;
    answer.expect_problem(401, "invalid_refresh_token");
}

async fn expect_alive(app: &TestApp, person: &Person) {
    app.get("/api/me").bearer(person).send().await.expect(200);
    let answer = app
        .post("/api/refresh")
        .cookie(&person.refresh_token)
        .send()
        .await;
    answer.expect(200);
}

//! Steps that need an account: sign in, list users, refresh, sign out.

use serde_json::json;

use super::super::LIST;
use super::super::client::{Answer, Request, Site};
use super::super::report::{Report, signing_key};
use super::super::temp_account::TempAccount;
use crate::outgoing::fault::Fault;

/// Runs the steps; a failed step ends those that depend on it.
pub(super) async fn run_steps(site: &Site, account: &TempAccount<'_>, report: &mut Report) {
    let credentials =
        json!({"email": account.email, "password": account.password, "delivery": "body"});
    let answer = site.send(Request::post("/api/login", credentials)).await;
    let key_ids = report.key_ids.clone();
    let signed_in = report.judge("signIn", answer, 200, |answer| {
        has_tokens(answer)?;
        is_verifiable(answer, &key_ids)
    });
    let Some(signed_in) = signed_in else {
        report.hint_at_another_database();
        return;
    };
    report.judge(
        "users",
        list(site, &signed_in).await,
        200,
        |answer| match answer.body["items"].as_array() {
            Some(items) if !items.is_empty() => Ok("users listed".to_owned()),
            _ => Err("no user is listed".to_owned()),
        },
    );
    let me = site.send(Request::get("/api/me").by(signed_in.text("/accessToken")));
    report.judge("me", me.await, 200, |answer| {
        let found = answer.text("/email");
        (found == account.email)
            .then(|| "the account that signed in".to_owned())
            .ok_or_else(|| "another account".to_owned())
    });
    let answer = refresh(site, &signed_in).await;
    let refreshed = report.judge("refresh", answer, 200, has_tokens);
    let last = refreshed.unwrap_or(signed_in);
    report.judge("usersAgain", list(site, &last).await, 200, status);
    let body = json!({"refreshToken": last.text("/refreshToken")});
    let signed_out = site.send(Request::post("/api/logout", body)).await;
    report.judge("signOut", signed_out, 204, status);
    report.judge("sessionIsOver", list(site, &last).await, 401, status);
    report.judge("tokenIsOver", refresh(site, &last).await, 401, status);
}

async fn list(site: &Site, by: &Answer) -> Result<Answer, Fault> {
    site.send(Request::get(LIST).by(by.text("/accessToken")))
        .await
}

async fn refresh(site: &Site, after: &Answer) -> Result<Answer, Fault> {
    let body = json!({"refreshToken": after.text("/refreshToken")});
    site.send(Request::post("/api/refresh", body)).await
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "`Report::judge` takes checks that can fail"
)]
fn status(answer: &Answer) -> Result<String, String> {
    Ok(answer.outcome())
}

fn has_tokens(answer: &Answer) -> Result<String, String> {
    let is_there = |pointer| !answer.text(pointer).is_empty();
    if is_there("/accessToken") && is_there("/refreshToken") {
        Ok("tokens issued".to_owned())
    } else {
        Err("the response lacks a token".to_owned())
    }
}

/// Checks that the key which signed the access token is published.
fn is_verifiable(answer: &Answer, key_ids: &[String]) -> Result<String, String> {
    let key_id = signing_key(answer);
    if key_ids.contains(&key_id) {
        Ok("signed with a published key".to_owned())
    } else {
        Err(format!(
            "the access token's key {key_id:?} is not published"
        ))
    }
}

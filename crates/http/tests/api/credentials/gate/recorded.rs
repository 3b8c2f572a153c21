//! Every failure is recorded: in an audit event, or in a security event of the log if no database statement was
//! executed. This includes attempts whose proof was valid a moment earlier.

use futures_util::future::join_all;

use super::{
    EMAIL, HOME, WRONG, ada, ada_signed_in, change_password, dead_link, redeem, refresh, sign_in,
};
use crate::support::{Log, PASSWORD, TestApp};

/// Names of the security events in the log.
fn security(log: &Log) -> Vec<String> {
    let lines = log.lines().into_iter();
    let named = lines.filter_map(|line| line["event"].as_str().map(str::to_owned));
    named.filter(|event| event.starts_with("authn_")).collect()
}

async fn reasons(app: &TestApp, event: &str) -> Vec<String> {
    let reasons = format!(
        "select details ->> 'reason' from audit_events where event = '{event}' order by id"
    );
    app.database.values(&reasons).await
}

#[tokio::test]
async fn each_kind_of_failed_proof_has_its_audit_event() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let log = Log::catch();
    sign_in(&app, EMAIL, WRONG, HOME).send().await.expect(401);
    change_password(&app, &ada, WRONG).await.expect(422);
    redeem(&app, &dead_link(&app, &ada)).await.expect(401);
    let end = "update sessions set revoked_at = now(), revoked_reason = 'logout'";
    app.database.execute(end).await;
    refresh(&app, &ada.refresh_token).await.expect(401);
    for (event, reason) in [
        ("login_failed", "wrong_password"),
        ("password_check_failed", "wrong_password"),
        ("link_refused", "dead_link"),
        ("refresh_refused", "session_ended"),
    ] {
        assert_eq!(reasons(&app, event).await, [reason], "{event}");
    }
    let named = [
        "authn_login_fail",
        "authn_password_fail",
        "authn_link_fail",
        "authn_token_fail",
    ];
    assert_eq!(security(&log), named);
}

/// The token with one character changed.
fn forged(token: &str) -> String {
    let (head, last) = token.split_at(token.len() - 6);
    let other = if last.starts_with('A') { 'B' } else { 'A' };
    format!("{head}{other}{}", &last[1..])
}

#[tokio::test]
async fn a_forged_token_costs_no_statement_and_is_logged() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let link = forged(&dead_link(&app, &ada));
    let token = forged(&ada.refresh_token);
    let before = app.statements().await;
    let log = Log::catch();
    redeem(&app, &link).await.expect(401);
    assert_eq!(security(&log), ["authn_link_fail"]);
    refresh(&app, &token).await.expect(401);
    assert_eq!(security(&log), ["authn_link_fail", "authn_token_fail"]);
    assert_eq!(app.statements().await, before);
}

/// Changes the account's credential version between the two statements of a sign-in.
const CHANGE_MEANWHILE: &str = "create function meanwhile() returns trigger language plpgsql as $$ \
     begin update hallpass.users set credential_version = credential_version + 1; return null; end $$; \
     create trigger meanwhile after insert on login_throttle execute function meanwhile()";

#[tokio::test]
async fn a_sign_in_whose_account_changed_meanwhile_fails_and_is_recorded() {
    let app = TestApp::new().await;
    ada(&app).await;
    app.database.execute(CHANGE_MEANWHILE).await;
    let log = Log::catch();
    let answer = sign_in(&app, EMAIL, PASSWORD, HOME).send().await;
    answer.expect_problem(401, "invalid_credentials");
    assert_eq!(reasons(&app, "login_failed").await, ["account_changed"]);
    assert_eq!(security(&log), ["authn_login_fail"]);
}

#[tokio::test]
async fn every_refused_parallel_use_of_a_link_is_logged() {
    let app = TestApp::new().await;
    let admin = app.signed_in("root@example.com", &["admin"]).await;
    let ada = ada_signed_in(&app).await;
    let token = crate::recovery::link(&app, &admin, &ada).await;
    let log = Log::catch();
    let answers = join_all((0..10).map(|_| redeem(&app, &token))).await;
    let refused = answers.iter().filter(|answer| answer.status == 401).count();
    assert_eq!(refused, 9);
    assert_eq!(security(&log), ["authn_link_fail"; 9]);
}

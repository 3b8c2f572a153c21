//! POST /api/login

mod attack;
mod lock_order;
mod network_and_account;
mod refused;
mod replaced;
mod sign_in;
mod throttle;

use serde_json::{Value, json};

use crate::support::{Answer, Call, TestApp};

/// Extends every wait by an hour, so that no wait ends while a slow test runs.
const EXTEND_DELAYS: &str = "create function extend_delay() returns trigger language plpgsql as $$ \
     begin new.blocked_until := new.blocked_until + interval '1 hour'; return new; end $$; \
     create trigger extend_delay before update of blocked_until on login_throttle \
     for each row when (new.blocked_until is not null) execute function extend_delay()";

fn credentials(email: &str, password: &str) -> Value {
    json!({ "email": email, "password": password })
}

fn attempt<'a>(app: &'a TestApp, email: &str, password: &str) -> Call<'a> {
    app.post("/api/login").json(&credentials(email, password))
}

/// Signs in with a wrong password from the address 192.0.2.`network`, and fails unless the response has this status.
async fn fail(app: &TestApp, email: &str, network: u8, status: u16) -> Answer {
    let call = attempt(app, email, "not the password").from([192, 0, 2, network].into());
    let answer = call.send().await;
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
    answer
}

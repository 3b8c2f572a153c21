//! Rules that hold for every attempt to prove an identity: with a password, the current password, a one-time link or a
//! refresh token.

mod bounded_writes;
mod indistinguishable;
mod not_counted;
mod recorded;
mod refusals;
mod replaced;
mod stale_counters;

use std::net::IpAddr;

use hallpass_core::tokens::link::LinkToken;
use serde_json::json;
use time::OffsetDateTime;

use super::{OWN, redeem};
use crate::support::{Answer, Call, PASSWORD, Person, TestApp};

const EMAIL: &str = "ada@example.com";
const WRONG: &str = "not the password";
/// Addresses in two IPv6 networks of different sites.
const HOME: IpAddr = IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 1, 1, 0, 0, 0, 1));
const ELSEWHERE: IpAddr = IpAddr::V6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 2, 1, 0, 0, 0, 1));

/// Extends every wait by an hour, so that no wait ends while a slow test runs.
const EXTEND_DELAYS: &str = "create function extend_delay() returns trigger language plpgsql as $$ \
     begin new.blocked_until := new.blocked_until + interval '1 hour'; return new; end $$; \
     create trigger extend_delay before insert or update of blocked_until on login_throttle \
     for each row when (new.blocked_until > clock_timestamp()) execute function extend_delay()";

fn sign_in<'a>(app: &'a TestApp, email: &str, password: &str, from: IpAddr) -> Call<'a> {
    let body = json!({ "email": email, "password": password });
    app.post("/api/login").json(&body).from(from)
}

async fn change_password(app: &TestApp, by: &Person, current: &str) -> Answer {
    crate::me::password::change(app, by, current, OWN).await
}

/// An authentic link that never worked: the account never had its credential version.
fn dead_link(app: &TestApp, user: &Person) -> String {
    let link = LinkToken {
        user_id: user.id,
        credential_version: 7,
        made_at: OffsetDateTime::UNIX_EPOCH,
    };
    link.encode(&app.hallpass.keys)
}

async fn refresh(app: &TestApp, token: &str) -> Answer {
    let body = json!({ "refreshToken": token });
    app.post("/api/refresh").json(&body).send().await
}

/// All throttle counters, with times in microseconds.
async fn counters(app: &TestApp) -> Vec<String> {
    let rows = "select t::text from login_throttle t order by key";
    app.database.values(rows).await
}

async fn events(app: &TestApp) -> i64 {
    let count = "select count(*) from audit_events";
    app.database.value(count).await
}

async fn ada(app: &TestApp) -> Person {
    app.person(EMAIL, &["user"]).await
}

async fn ada_signed_in(app: &TestApp) -> Person {
    let ada = app.signed_in(EMAIL, &["user"]).await;
    app.database.execute("delete from login_throttle").await;
    ada
}

/// Cookie with the mark of a device on which this user has signed in.
async fn device(app: &TestApp, email: &str) -> String {
    let answer = sign_in(app, email, PASSWORD, ELSEWHERE).send().await;
    answer.expect(200);
    let mark = answer.cookie("__Host-hallpass-device").unwrap();
    format!("__Host-hallpass-device={mark}")
}

fn from_device<'a>(app: &'a TestApp, email: &str, password: &str, device: &str) -> Call<'a> {
    sign_in(app, email, password, HOME)
        .header("cookie", device)
        .header("sec-fetch-site", "same-origin")
}

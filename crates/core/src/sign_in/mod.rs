//! Sign-in with e-mail and password: two statements with the password hash between them.

mod attempt;

use attempt::{Attempt, begin};

use sqlx::types::Json;
use sqlx::{query_file, query_file_as};
use uuid::Uuid;

use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::passwords::{Password, is_too_long};
use crate::sessions::{Issued, Lifetimes, SessionKey, session_of};
use crate::throttle;
use crate::users::User;
use crate::{AppContext, Error, Result};
use crate::{sessions::SessionRow, tokens::device::DeviceMark, users::normalize_email};

/// Request to sign in.
#[derive(Debug)]
pub struct Credentials {
    /// E-mail address as it was typed.
    pub email: String,
    /// Password as it was typed.
    pub password: Password,
    /// The known-device cookie, if the browser sent one.
    pub device: Option<String>,
    /// The refresh token that this browser holds and that the new one replaces; its session ends.
    pub replaces: Option<String>,
}

/// Signs in.
///
/// An unknown address, a wrong password, an account without a password and a deactivated account cost the same and have
/// the same error (ASVS 6.3.8). The throttle decides first: see [`throttle`]. The session that the browser had ends,
/// even if it belonged to another user (ASVS 7.2.4).
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::TooManyAttempts`], [`Error::Overloaded`].
pub async fn sign_in(
    app: &AppContext,
    credentials: Credentials,
    client: &Client,
) -> Result<Issued> {
    let Credentials {
        email,
        password,
        device,
        replaces,
    } = credentials;
    let email = normalize_email(&email);
    let device = device.and_then(|mark| DeviceMark::decode(&app.keys, &mark));
    let attempt = begin(app, &email, device, client).await?;
    let replaces = replaces.and_then(|token| session_of(app, &token));
    let result = judge(app, &attempt, password, replaces, client).await;
    if let Err(error) = &result
        && error.is_ours()
    {
        throttle::withdraw(&app.db, &attempt.counters).await;
    }
    result
}

/// Checks the password and opens the session.
async fn judge(
    app: &AppContext,
    attempt: &Attempt,
    password: Password,
    replaces: Option<SessionKey>,
    client: &Client,
) -> Result<Issued> {
    // No account has a password with more characters. It is checked against no account's hash, but costs as much as
    // any wrong password.
    let is_possible = !is_too_long(&password);
    let hash = attempt.password_hash.clone();
    let known = hash.filter(|_| is_possible && attempt.is_vouched);
    let checked = app.hasher.check(password, known).await?;
    if !checked.matches || !attempt.is_active {
        let reason = reason(attempt, checked.matches);
        return fail(app, attempt, reason, client).await;
    }
    match open(app, attempt, checked.rehashed, replaces, client).await? {
        Some(session) => session.issue(app),
        None => fail(app, attempt, "account_changed", client).await,
    }
}

async fn open(
    app: &AppContext,
    attempt: &Attempt,
    rehashed: Option<String>,
    replaces: Option<SessionKey>,
    client: &Client,
) -> Result<Option<SessionRow>> {
    let session_id = Uuid::now_v7();
    let lifetimes = Lifetimes::of(app);
    let (client, counters) = (client.json(), attempt.counters.json());
    // The session's id is made here, so that a retry after a lost connection cannot open two sessions.
    let opened = app.db.fetch_optional(Idempotency::NotIdempotent, || {
        query_file_as!(
            SessionRow,
            "src/sign_in/sql/succeed.sql",
            attempt.user_id,
            attempt.credential_version,
            rehashed,
            session_id,
            lifetimes.idle,
            lifetimes.max,
            client,
            counters,
            replaces.map(|key| key.user_id),
            replaces.map(|key| key.session_id),
        )
    });
    locking(attempt.user_id, opened).await
}

fn reason(attempt: &Attempt, matches: bool) -> &'static str {
    match attempt {
        Attempt { user_id: None, .. } => "unknown_account",
        Attempt {
            password_hash: None,
            ..
        } => "no_password",
        Attempt {
            is_vouched: false, ..
        } => "void_password",
        _ if matches => "deactivated",
        _ => "wrong_password",
    }
}

/// Records the failed sign-in (ASVS 16.3.1).
async fn fail(
    app: &AppContext,
    attempt: &Attempt,
    reason: &'static str,
    client: &Client,
) -> Result<Issued> {
    let client = client.json();
    let recorded = app.db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!("src/sign_in/sql/fail.sql", attempt.user_id, reason, client)
    });
    recorded.await?;
    tracing::warn!(event = "authn_login_fail", reason, "sign-in failed");
    Err(Error::InvalidCredentials)
}

//! Sign-in with e-mail and password: two statements with the hash between them.

mod attempt;

pub(crate) use attempt::{Attempt, begin};

use sqlx::types::Json;
use sqlx::{query_file, query_file_as};
use uuid::Uuid;

use crate::client::Client;
use crate::db::Effect;
use crate::passwords::{Password, is_too_long};
use crate::sessions::{Issued, Lifetimes, session_of};
use crate::throttle::{self, Counters};
use crate::users::User;
use crate::{Error, Hallpass, Result};
use crate::{sessions::SessionRow, tokens::device, users::normalize_email};

/// What somebody claims to be.
#[derive(Debug)]
pub struct Credentials {
    /// The address as typed.
    pub email: String,
    /// The password as typed.
    pub password: Password,
    /// The known-device cookie, if the browser sent one.
    pub device: Option<String>,
    /// The refresh token that this browser holds and that the new one will take the place of.
    pub replaces: Option<String>,
}

/// Signs in.
///
/// Unknown address, wrong password, no password and deactivated account cost the same and look the
/// same (ASVS 6.3.8). The throttle looks first: see [`throttle`]. The session that the browser had is
/// over then, whoever's it was (ASVS 7.2.4): nobody would have its token any more, but thieves.
///
/// # Errors
/// [`Error::InvalidCredentials`], [`Error::TooManyAttempts`], [`Error::Overloaded`].
pub async fn sign_in(
    hallpass: &Hallpass,
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
    let counters = Counters::of_sign_in(&hallpass.keys, &email, client);
    let device = device.and_then(|mark| device::decode(&hallpass.keys, &mark));
    let attempt = begin(hallpass, &email, &counters, device).await?;
    // Nobody has a password of more characters: not hashed, but it costs what a wrong one costs.
    let known = if is_too_long(&password) {
        None
    } else {
        attempt.password_hash.clone()
    };
    let checked = hallpass.hasher.check(password, known).await?;
    if !checked.matches || !attempt.is_active {
        fail(hallpass, &attempt, checked.matches, client).await?;
        return Err(Error::InvalidCredentials);
    }
    let replaces = replaces.and_then(|token| session_of(hallpass, &token));
    let right = Right {
        rehashed: checked.rehashed,
        replaces,
    };
    let opened = open(hallpass, &attempt, right, &counters, client).await?;
    opened.ok_or(Error::InvalidCredentials)?.issue(hallpass)
}

/// What follows from the password being right.
struct Right {
    rehashed: Option<String>,
    replaces: Option<Uuid>,
}

async fn open(
    hallpass: &Hallpass,
    attempt: &Attempt,
    right: Right,
    counters: &Counters,
    client: &Client,
) -> Result<Option<SessionRow>> {
    let session_id = Uuid::now_v7();
    let lifetimes = Lifetimes::of(hallpass);
    let client = client.json();
    // The session's id is made here, so that a repeat after a lost connection cannot open two.
    let opened = hallpass.db.fetch_optional(Effect::Once, || {
        query_file_as!(
            SessionRow,
            "src/sign_in/sql/succeed.sql",
            attempt.user_id,
            attempt.credential_version,
            right.rehashed,
            session_id,
            lifetimes.idle,
            lifetimes.max,
            client,
            counters.account_and_network,
            counters.network,
            counters.account,
            throttle::NETWORK.limit,
            throttle::ACCOUNT.limit,
            right.replaces,
        )
    });
    opened.await
}

async fn fail(
    hallpass: &Hallpass,
    attempt: &Attempt,
    matches: bool,
    client: &Client,
) -> Result<()> {
    let reason = match attempt {
        Attempt { user_id: None, .. } => "unknown_account",
        Attempt {
            password_hash: None,
            ..
        } => "no_password",
        _ if matches => "deactivated",
        _ => "wrong_password",
    };
    let client = client.json();
    let recorded = hallpass.db.fetch_one(Effect::Once, || {
        query_file!("src/sign_in/sql/fail.sql", attempt.user_id, reason, client)
    });
    recorded.await?;
    tracing::warn!(event = "authn_login_fail", reason, "sign-in failed");
    Ok(())
}

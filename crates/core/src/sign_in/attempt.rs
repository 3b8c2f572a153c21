//! The first statement of whatever checks a password: the throttle's counters and the account.

use sqlx::query_file;
use uuid::Uuid;

use crate::db::Effect;
use crate::throttle::{ACCOUNT, ACCOUNT_AND_NETWORK, Counters, NETWORK};
use crate::{Error, Hallpass, Result};

/// An attempt that the throttle lets through, and the account it is aimed at.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// Nobody where the address is unknown.
    pub(crate) user_id: Option<Uuid>,
    /// None where the account has no password.
    pub(crate) password_hash: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) credential_version: i32,
}

/// Counts an attempt and finds the account.
///
/// # Errors
/// [`Error::TooManyAttempts`], whether the account exists or not.
pub(crate) async fn begin(
    hallpass: &Hallpass,
    email_normalized: &str,
    counters: &Counters,
    device: Option<Uuid>,
) -> Result<Attempt> {
    // NUL cannot be in an address, and Postgres cannot store it.
    let email = email_normalized.replace('\0', "\u{fffd}");
    let row = hallpass.db.fetch_one(Effect::Once, || {
        query_file!(
            "src/sign_in/sql/begin.sql",
            email,
            counters.account_and_network,
            counters.network,
            counters.account,
            ACCOUNT_AND_NETWORK.limit,
            NETWORK.limit,
            ACCOUNT.limit,
            ACCOUNT_AND_NETWORK.max_delay,
            NETWORK.max_delay,
            ACCOUNT.max_delay,
            ACCOUNT_AND_NETWORK.forget_after,
            NETWORK.forget_after,
            ACCOUNT.forget_after,
            device,
        )
    });
    let row = row.await?;
    if let Some(retry_after) = u32::try_from(row.wait).ok().filter(|wait| *wait > 0) {
        tracing::warn!(event = "authn_login_lock", retry_after, "sign-in throttled");
        return Err(Error::TooManyAttempts { retry_after });
    }
    Ok(Attempt {
        user_id: row.id,
        password_hash: row.password_hash,
        is_active: row.is_active.unwrap_or(false),
        credential_version: row.credential_version.unwrap_or_default(),
    })
}

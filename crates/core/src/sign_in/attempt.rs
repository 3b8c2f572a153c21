//! The first statement of a sign-in: it counts the attempt and reads the account.

use sqlx::query_file;
use uuid::Uuid;

use crate::client::Client;
use crate::db::{Idempotency, locking};
use crate::throttle::{Counters, SignInCounters, check_wait};
use crate::tokens::device::DeviceMark;
use crate::{AppContext, Result};

/// An attempt that the throttle accepts, and the account that it is aimed at.
#[derive(Debug)]
pub(crate) struct Attempt {
    /// `None` if no account has the address.
    pub(crate) user_id: Option<Uuid>,
    /// `None` if the account has no password.
    pub(crate) password_hash: Option<String>,
    pub(crate) is_active: bool,
    /// Whether the password may be used: its owner or the operator chose it, or somebody who may still act on the
    /// account.
    pub(crate) is_vouched: bool,
    pub(crate) credential_version: i32,
    /// The counters that count the attempt.
    pub(crate) counters: Counters,
}

/// Counts an attempt and reads the account.
///
/// # Errors
/// [`Error::TooManyAttempts`](crate::Error::TooManyAttempts), whether the account exists or not.
pub(crate) async fn begin(
    app: &AppContext,
    email_normalized: &str,
    device: Option<DeviceMark>,
    client: &Client,
) -> Result<Attempt> {
    // No address contains NUL, and PostgreSQL cannot store it.
    let email = email_normalized.replace('\0', "\u{fffd}");
    let SignInCounters {
        of_known_network,
        of_new_network,
    } = Counters::of_sign_in(&app.keys, email_normalized, client);
    let of_device = device.map(|mark| Counters::of_device(&app.keys, &mark));
    let (known, new) = (of_known_network.json(), of_new_network.json());
    let own_device = of_device.as_ref().map(Counters::json);
    let row = app.db.fetch_one(Idempotency::NotIdempotent, || {
        query_file!(
            "src/sign_in/sql/begin.sql",
            email,
            known,
            new,
            of_known_network.own_key(),
            device.map(|mark| mark.user_id),
            device.map(|mark| mark.credential_version),
            own_device,
        )
    });
    let row = locking(email_normalized, row).await?;
    check_wait(row.wait)?;
    Ok(Attempt {
        user_id: row.id,
        password_hash: row.password_hash,
        is_active: row.is_active.unwrap_or(false),
        is_vouched: row.is_vouched,
        credential_version: row.credential_version.unwrap_or_default(),
        counters: match of_device.filter(|_| row.is_known_device) {
            Some(own) => own,
            None if row.is_known_network => of_known_network,
            None => of_new_network,
        },
    })
}

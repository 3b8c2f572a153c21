//! The tokens that a client gets when it signs in, refreshes, or redeems a one-time link.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::tokens::access::{self, AccessTokenText};
use crate::tokens::refresh::{RefreshToken, RefreshTokenText};
use crate::users::User;
use crate::{AppContext, Result};

/// The tokens of a session, and the session's user.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Valid for [`access::ACCESS_TOKEN_LIFETIME`].
    pub access_token: AccessTokenText,
    /// Valid until the next rotation; see [`super::GRACE`].
    pub refresh_token: RefreshTokenText,
    /// The account's credential version, which the known-device cookie is bound to.
    pub credential_version: i32,
    /// Id of the session.
    pub session_id: Uuid,
    /// Time at which the session expires in any case: the cookie need not live longer.
    pub session_expires_at: OffsetDateTime,
    /// Time of issue, by the database's clock.
    pub issued_at: OffsetDateTime,
    /// The session's user.
    pub user: User,
}

/// Lifetimes of sessions in seconds, as the statements take them.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Lifetime without a refresh.
    pub idle: f64,
    /// Lifetime in any case.
    pub max: f64,
}

impl Lifetimes {
    /// The lifetimes from the configuration.
    #[must_use]
    pub fn of(app: &AppContext) -> Self {
        let config = &app.config;
        Self {
            idle: config.session_idle.as_seconds_f64(),
            max: config.session_max.as_seconds_f64(),
        }
    }
}

/// The row that is returned by every statement that opens or rotates a session.
#[derive(Debug)]
pub(crate) struct SessionRow {
    pub(crate) session_id: Uuid,
    pub(crate) generation: i32,
    pub(crate) expires_at: OffsetDateTime,
    pub(crate) now: OffsetDateTime,
    pub(crate) credential_version: i32,
    pub(crate) user: Json<User>,
}

impl SessionRow {
    /// Encodes the tokens. They are dated by the database's clock, so that instances whose clocks differ agree.
    pub(crate) fn issue(self, app: &AppContext) -> Result<Issued> {
        let Self {
            session_id,
            generation,
            expires_at,
            now,
            credential_version,
            user: Json(user),
        } = self;
        let keys = &app.keys;
        Ok(Issued {
            access_token: access::encode(keys, session_id, generation, user.id, &user.roles, now)?,
            credential_version,
            refresh_token: RefreshToken {
                user_id: user.id,
                session_id,
                generation,
            }
            .encode(keys),
            session_id,
            session_expires_at: expires_at,
            issued_at: now,
            user,
        })
    }
}

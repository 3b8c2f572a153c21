//! What a client gets when it signs in, refreshes, or follows a one-time link.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::tokens::access::{self, AccessTokenText};
use crate::tokens::refresh::{RefreshToken, RefreshTokenText};
use crate::users::User;
use crate::{AppContext, Result};

/// The tokens of a session, and whose it is.
#[derive(Clone, Debug)]
pub struct Issued {
    /// Good for [`access::ACCESS_TOKEN_LIFETIME`].
    pub access_token: AccessTokenText,
    /// Good until it is used.
    pub refresh_token: RefreshTokenText,
    /// Counts the account's credentials: what the mark of a known device is bound to.
    pub credential_version: i32,
    /// The session.
    pub session_id: Uuid,
    /// When the session ends in any case: the cookie need not live longer.
    pub session_expires_at: OffsetDateTime,
    /// The database's time of issue.
    pub issued_at: OffsetDateTime,
    /// Whose session it is.
    pub user: User,
}

/// How long sessions last, in seconds, as the statements take them.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    /// Without a refresh.
    pub idle: f64,
    /// In any case.
    pub max: f64,
}

impl Lifetimes {
    /// From the configuration.
    #[must_use]
    pub fn of(app: &AppContext) -> Self {
        let config = &app.config;
        Self {
            idle: config.session_idle.as_seconds_f64(),
            max: config.session_max.as_seconds_f64(),
        }
    }
}

/// The row that every statement gives which opens or rotates a session.
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
    /// Spells the tokens. Their time is the database's, so that instances whose clocks differ agree.
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

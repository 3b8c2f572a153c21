//! Domain errors. `hallpass_http::problem` maps them to HTTP.

/// Result of an operation of the product.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Domain error. The HTTP layer maps each variant to a status and a code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The access token is missing, is not ours or has expired, its session has ended, or its user is deactivated.
    #[error("the access token is missing or invalid, or its session has ended; sign in again")]
    Unauthenticated,
    /// Signed in, but the caller lacks the permission, or the affected user holds permissions that the caller lacks.
    #[error("you lack the permission for this; ask an administrator")]
    Forbidden,
    /// Unknown address, wrong password, no password or deactivated account: always the same error.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The throttle refuses the attempt; the password was not checked.
    #[error("too many attempts; retry in {retry_after} seconds")]
    TooManyAttempts {
        /// Seconds until the next attempt is accepted.
        retry_after: u32,
    },
    /// The refresh token is malformed, forged, expired, revoked, unknown or was used twice.
    #[error("the refresh token is invalid, expired or revoked; sign in again")]
    InvalidRefreshToken,
    /// The one-time link is unknown, used, expired or replaced.
    #[error(
        "the one-time link is used, expired or replaced by a newer one; ask an administrator for a new link"
    )]
    InvalidLink,
    /// The object does not exist, or the caller may not know that it exists.
    #[error("no such object exists")]
    NotFound,
    /// Another caller changed the user after this caller had read it.
    #[error("the user was changed by someone else; read the user again and repeat the change")]
    Stale,
    /// Another account has the normalized e-mail address.
    #[error("another account has this e-mail address; use a different address")]
    EmailTaken,
    /// The change would leave no active administrator.
    #[error(
        "the last active administrator cannot be demoted, deactivated or deleted; make another user an administrator first"
    )]
    LastAdministrator,
    /// Invalid input, by field.
    #[error("some fields are invalid")]
    Invalid(Vec<FieldError>),
    /// The page number is beyond the rows that page numbers reach.
    #[error("page numbers reach the first 10,000 rows only; follow the cursor in next")]
    UseCursor,
    /// The cursor was not issued for this list.
    #[error("the cursor is invalid or belongs to a different list; start again without it")]
    InvalidCursor,
    /// The queue of password hashes is full.
    #[error("too many passwords are being hashed at the same time")]
    Overloaded {
        /// Seconds after which a retry is worthwhile.
        retry_after: u32,
    },
    /// The database is unreachable, full, read-only or too slow. Retry later.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The database belongs to another environment, whose deployments reach it at the same address.
    #[error("the database belongs to the environment {0}")]
    SharedDatabase(String),
    /// A defect. The text is for the log only.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with a field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field, as the caller wrote it.
    pub field: String,
    /// Stable machine-readable code in snake case.
    pub code: &'static str,
    /// Human-readable message: how to fix it.
    pub message: String,
}

impl Error {
    /// An error with a single invalid field.
    #[must_use]
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// Whether the failure is ours (no capacity, no database, a defect) and says nothing about the caller's input.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        matches!(
            self,
            Self::Overloaded { .. } | Self::Unavailable(_) | Self::Internal(_)
        )
    }

    pub(crate) fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl FieldError {
    /// An error of a field.
    #[must_use]
    pub fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code,
            message: message.into(),
        }
    }
}

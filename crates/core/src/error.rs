//! What can come of a call into the product, without a word of HTTP.

/// A result whose error is a product outcome.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An outcome other than success. The HTTP layer maps each to a status and a code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No access token, or one that is not ours, has expired, or whose session or user is over.
    #[error("the access token is missing or invalid, or its session has ended; sign in again")]
    Unauthenticated,
    /// Signed in, but without the permission, or against somebody who holds more.
    #[error("you lack the permission for this; ask an administrator")]
    Forbidden,
    /// Unknown address, wrong password, no password, deactivated: always the same outcome.
    #[error("the e-mail address or the password is wrong")]
    InvalidCredentials,
    /// The throttle refuses to look at the password.
    #[error("too many attempts; retry in {retry_after} seconds")]
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after: u32,
    },
    /// Malformed, forged, expired, revoked, unknown, or used twice.
    #[error("the refresh token is invalid, expired or revoked; sign in again")]
    InvalidRefreshToken,
    /// Unknown, used, expired or replaced one-time link.
    #[error(
        "the one-time link is used, expired or replaced by a newer one; ask an administrator for a new link"
    )]
    InvalidLink,
    /// No such object, or not one the caller may know of.
    #[error("no such object exists")]
    NotFound,
    /// Somebody else changed the user since it was read.
    #[error("the user was changed by someone else; read the user again and repeat the change")]
    Stale,
    /// The normalised address belongs to another account.
    #[error("another account has this e-mail address; use a different address")]
    EmailTaken,
    /// The change would leave nobody to administer the system.
    #[error(
        "the last active administrator cannot be demoted, deactivated or deleted; make another user an administrator first"
    )]
    LastAdministrator,
    /// Input that breaks a rule, field by field.
    #[error("some fields are invalid")]
    Invalid(Vec<FieldError>),
    /// A page number beyond the rows that can be reached by number.
    #[error("page numbers reach the first 10,000 rows only; follow the cursor in next")]
    UseCursor,
    /// A cursor that this list did not make.
    #[error("the cursor is invalid or belongs to a different list; start again without it")]
    InvalidCursor,
    /// More hashing is asked for than the machine can do.
    #[error("too many passwords are being hashed at the same time")]
    Overloaded {
        /// Seconds after which a retry is worth while.
        retry_after: u32,
    },
    /// The database is away, full, read-only or too slow. Retry later.
    #[error("the database is unavailable: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// Another environment's deployments reach the database at the same address, and it is theirs.
    #[error("the database belongs to the environment {0}")]
    SharedDatabase(String),
    /// A defect. The text is for the log only.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What is wrong with one field of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name as the caller wrote it.
    pub field: String,
    /// A stable machine-readable code, snake case.
    pub code: &'static str,
    /// What to do about it, for people.
    pub message: String,
}

impl Error {
    /// One field is wrong.
    #[must_use]
    pub fn invalid(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError::new(field, code, message)])
    }

    /// Whether the failure is ours: no capacity, no database, a defect. It says nothing about what the caller sent.
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
    /// Puts the three parts together.
    #[must_use]
    pub fn new(field: &str, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            field: field.to_owned(),
            code,
            message: message.into(),
        }
    }
}

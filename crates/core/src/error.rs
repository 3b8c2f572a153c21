//! What can come of a call into the product, without a word of HTTP.

/// A result whose error is a product outcome.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An outcome other than success. The HTTP layer maps each to a status and a code.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No access token, or one that is not ours, has expired, or whose session or user is over.
    #[error("the access token is missing, invalid, or its session is over")]
    Unauthenticated,
    /// Signed in, but without the permission, or against somebody who holds more.
    #[error("this needs a permission that you do not hold")]
    Forbidden,
    /// Unknown address, wrong password, no password, deactivated: always the same outcome.
    #[error("the e-mail address or the password is not right")]
    InvalidCredentials,
    /// The throttle refuses to look at the password.
    #[error("too many attempts; wait {retry_after} s")]
    TooManyAttempts {
        /// Seconds until the next attempt is looked at.
        retry_after: u32,
    },
    /// Malformed, forged, expired, revoked, unknown, or used twice.
    #[error("the refresh token is not valid any more")]
    InvalidRefreshToken,
    /// Unknown, used, expired or replaced one-time link.
    #[error(
        "the one-time link was used, has expired or was replaced by a newer one; ask an administrator for a new link"
    )]
    InvalidLink,
    /// No such object, or not one the caller may know of.
    #[error("there is no such object")]
    NotFound,
    /// Somebody else changed the user since it was read.
    #[error("the user was changed in the meantime")]
    Stale,
    /// The normalised address belongs to another account.
    #[error("the e-mail address belongs to another account")]
    EmailTaken,
    /// The change would leave nobody to administer the system.
    #[error("the last active administrator cannot be demoted, deactivated or deleted")]
    LastAdministrator,
    /// Input that breaks a rule, field by field.
    #[error("some fields are not acceptable")]
    Invalid(Vec<FieldError>),
    /// A page number past the rows that can be reached by number.
    #[error("pages past the first 10000 rows are reached by cursor only")]
    UseCursor,
    /// A cursor that this list did not make.
    #[error("the cursor is not one of this list")]
    InvalidCursor,
    /// More hashing is asked for than the machine can do.
    #[error("too much password hashing is under way")]
    Overloaded {
        /// Seconds after which a retry is worth while.
        retry_after: u32,
    },
    /// The database is away, full, read-only or too slow. Retry later.
    #[error("the database is not available: {0}")]
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

//! The user, and rules for roles.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::FieldError;

/// Maximum number of roles in a request.
pub const ROLES_MAX: usize = 16;

/// User account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// User id, a UUID version 7.
    pub id: Uuid,
    /// E-mail address as it was entered.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Names of the user's roles; at least one.
    pub roles: Vec<String>,
    /// Whether the account is active. A deactivated user cannot sign in and has no valid sessions.
    pub is_active: bool,
    /// Time at which the user proved to own the e-mail address; null if the address is not verified.
    #[serde(with = "crate::timestamp::option")]
    pub email_verified_at: Option<OffsetDateTime>,
    /// Time of the last sign-in by password or one-time link; null if the user has never signed in.
    #[serde(with = "crate::timestamp::option")]
    pub last_login_at: Option<OffsetDateTime>,
    /// Time at which the account was created.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// Time of the last change to the account by a person; sign-ins do not count.
    #[serde(with = "crate::timestamp")]
    pub updated_at: OffsetDateTime,
    /// Version, which increases with each change; the value of the `ETag`.
    pub version: i32,
}

/// Converts a text to NFKC and lower case.
#[must_use]
pub fn normalize(text: &str) -> String {
    // Lower-casing may result in characters that NFKC composes again.
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// Sorts role names and removes duplicates. Whether the roles exist is checked in the database.
///
/// # Errors
/// An empty list, or one with too many roles.
pub fn parse_roles(roles: &[String]) -> Result<Vec<String>, FieldError> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    if roles.is_empty() || roles.len() > ROLES_MAX {
        let message = format!("must contain 1 to {ROLES_MAX} roles");
        return Err(FieldError::new("roles", "invalid_roles", message));
    }
    if roles.iter().any(|role| role.contains('\0')) {
        return Err(FieldError::new(
            "roles",
            "unknown_role",
            "contains the name of a role that does not exist",
        ));
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_a_set() {
        let roles = |names: &[&str]| {
            parse_roles(&names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(
            roles(&["viewer", "admin", "viewer"]).unwrap(),
            ["admin", "viewer"]
        );
        assert!(roles(&[]).is_err());
    }
}

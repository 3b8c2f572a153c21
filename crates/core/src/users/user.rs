//! What a user is, and the rules for roles.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::FieldError;

/// The most roles that one request may name.
pub const ROLES_MAX: usize = 16;

/// A user as everybody who may see it sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// A UUID of version 7.
    pub id: Uuid,
    /// The address as it was typed.
    pub email: String,
    /// The name to show.
    pub name: String,
    /// Names of roles; never empty.
    pub roles: Vec<String>,
    /// A deactivated user cannot sign in, and no session of theirs works.
    pub is_active: bool,
    /// When the address was proved to be the user's own.
    #[serde(with = "crate::timestamp::option")]
    pub email_verified_at: Option<OffsetDateTime>,
    /// The last sign-in with password or link.
    #[serde(with = "crate::timestamp::option")]
    pub last_login_at: Option<OffsetDateTime>,
    /// When the account was made.
    #[serde(with = "crate::timestamp")]
    pub created_at: OffsetDateTime,
    /// When an editor last changed it.
    #[serde(with = "crate::timestamp")]
    pub updated_at: OffsetDateTime,
    /// Counts changes by editors; the `ETag`.
    pub version: i32,
}

/// NFKC and lower case.
#[must_use]
pub fn normalize(text: &str) -> String {
    // Lower-casing may leave something that NFKC would compose again.
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

/// Sorted role names without repetition. Whether they exist, the database says.
///
/// # Errors
/// An empty or overlong list.
pub fn parse_roles(roles: &[String]) -> Result<Vec<String>, FieldError> {
    let mut roles = roles.to_vec();
    roles.sort();
    roles.dedup();
    if roles.is_empty() || roles.len() > ROLES_MAX {
        let message = format!("must name 1 to {ROLES_MAX} roles");
        return Err(FieldError::new("roles", "invalid_roles", message));
    }
    if roles.iter().any(|role| role.contains('\0')) {
        return Err(FieldError::new(
            "roles",
            "unknown_role",
            "names a role that does not exist",
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

//! What a user is, and the rules for its parts.

use email_address::EmailAddress;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use unicode_normalization::UnicodeNormalization as _;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::FieldError;

/// The longest e-mail address (RFC 5321 section 4.5.3.1.3 leaves 254 characters).
pub const EMAIL_MAX: usize = 254;
/// The longest name, in characters.
pub const NAME_MAX: usize = 200;
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
    #[serde(with = "time::serde::rfc3339::option")]
    pub email_verified_at: Option<OffsetDateTime>,
    /// The last sign-in with password or link.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_login_at: Option<OffsetDateTime>,
    /// When the account was made.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When an editor last changed it.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
    /// Counts changes by editors; the `ETag`.
    pub version: i32,
}

/// An acceptable e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// As it was typed, without white space around it.
    pub as_typed: String,
    /// What makes two addresses the same.
    pub normalized: String,
}

/// An acceptable name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As it was typed, without white space around it.
    pub as_typed: String,
    /// What the search looks at.
    pub normalized: String,
}

/// NFKC and lower case: what equality, order and search work on.
#[must_use]
pub fn normalize(text: &str) -> String {
    // Lower-casing may leave something that NFKC would compose again.
    text.nfkc()
        .collect::<String>()
        .to_lowercase()
        .nfkc()
        .collect()
}

impl Email {
    /// # Errors
    /// What is wrong with the address.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let as_typed = text.trim().to_owned();
        let normalized = normalize(&as_typed);
        let fits = as_typed.len() <= EMAIL_MAX && normalized.len() <= EMAIL_MAX;
        let is_plain = !normalized
            .chars()
            .any(|c| c.is_control() || c.is_whitespace());
        // Quoted local parts, comments and address literals are refused: nobody has them, parsers differ on them.
        let is_simple = !normalized.contains(['"', '(', '<', '[', '\\']);
        let has_dot = normalized
            .rsplit_once('@')
            .is_some_and(|(_, domain)| domain.contains('.'));
        if fits && is_plain && is_simple && has_dot && EmailAddress::is_valid(&normalized) {
            Ok(Self {
                as_typed,
                normalized,
            })
        } else {
            Err(FieldError::new(
                "email",
                "invalid_email",
                "is not an e-mail address",
            ))
        }
    }
}

impl Name {
    /// # Errors
    /// What is wrong with the name.
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        let as_typed = text.trim().to_owned();
        let length = as_typed.chars().count();
        if length == 0 {
            return Err(FieldError::new("name", "required", "must not be empty"));
        }
        if length > NAME_MAX {
            let message = format!("must have at most {NAME_MAX} characters");
            return Err(FieldError::new("name", "too_long", message));
        }
        if as_typed.chars().any(char::is_control) {
            return Err(FieldError::new(
                "name",
                "invalid_characters",
                "must be one line of text",
            ));
        }
        Ok(Self {
            normalized: normalize(&as_typed),
            as_typed,
        })
    }
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
    fn an_address_is_kept_as_typed_and_compared_normalised() {
        let email = Email::parse("  Ada@Example.COM ").unwrap();
        assert_eq!(
            (email.as_typed.as_str(), email.normalized.as_str()),
            ("Ada@Example.COM", "ada@example.com")
        );
        let composed = Email::parse("jos\u{e9}@example.com").unwrap().normalized;
        let decomposed = Email::parse("JOSE\u{301}@example.com").unwrap().normalized;
        assert_eq!(composed, decomposed);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@localhost",
            "a b@example.com",
            "ada@example.com\nx",
            "ada@@example.com",
            "\"a b\"@example.com",
            "ada@[127.0.0.1]",
            "Ada <ada@example.com>",
            "ada\0@example.com",
        ] {
            assert!(Email::parse(text).is_err(), "{text:?}");
        }
        assert!(Email::parse(&format!("{}@example.com", "a".repeat(EMAIL_MAX))).is_err());
    }

    #[test]
    fn a_name_is_one_line_of_at_most_200_characters() {
        assert_eq!(
            Name::parse(" Ada Lovelace ").unwrap().as_typed,
            "Ada Lovelace"
        );
        assert!(Name::parse("  ").is_err());
        assert!(Name::parse("a\nb").is_err());
        assert!(Name::parse(&"ä".repeat(NAME_MAX)).is_ok());
        assert!(Name::parse(&"ä".repeat(NAME_MAX + 1)).is_err());
    }

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

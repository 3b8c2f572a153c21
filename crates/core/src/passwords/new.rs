//! New passwords. Every way to set a password uses this module.

use secrecy::ExposeSecret as _;

use super::hasher::Hasher;
use super::leaked::LeakedPasswords;
use super::normalize::normalize;
use super::{Password, check};
use crate::{Error, Result};

/// Checks and hashes a new password for a user whose e-mail and name are `context`. It applies the local rules first,
/// then, if `HALLPASS_LEAKED_PASSWORDS` is set, asks the service that it names.
///
/// # Errors
/// [`Error::Invalid`] for the field named `field`; [`Error::Overloaded`].
pub(crate) async fn hash_new(
    hasher: &Hasher,
    leaked_passwords: &LeakedPasswords,
    field: &str,
    password: Password,
    context: &[&str],
) -> Result<String> {
    check(field, password.expose_secret(), context).map_err(|error| Error::Invalid(vec![error]))?;
    let normalized = normalize(password.expose_secret());
    if leaked_passwords.contains(normalized.expose_secret()).await {
        let message = "is known from a data breach; choose another one, also where else you use it";
        return Err(Error::invalid(field, "leaked", message));
    }
    hasher.hash(password).await
}
